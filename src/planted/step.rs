//! The places between which a process that dies leaves something half done: before and after each
//! write, and before each call to a provider. A test says at which of them its process dies or is slow.

/// Passed before and after each write and before each call. Outside of tests there is nothing here.
#[cfg(not(test))]
#[inline]
pub async fn step() {}

#[cfg(test)]
pub use tests::{goes_on, step, stops_at};

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::{Future, poll_fn};
    use std::pin::Pin;
    use std::task::Poll;

    thread_local! {
        /// How many steps are left before the next stop.
        static LEFT: Cell<Option<u32>> = const { Cell::new(None) };
        static STOPPED: Cell<bool> = const { Cell::new(false) };
    }

    pub async fn step() {
        match LEFT.get() {
            None => {}
            Some(0) => {
                LEFT.set(None);
                STOPPED.set(true);
                poll_fn(|_| match STOPPED.get() {
                    true => Poll::Pending,
                    false => Poll::Ready(()),
                })
                .await;
            }
            Some(left) => LEFT.set(Some(left - 1)),
        }
    }

    /// Does the work up to its step number `last`, counted from nought. `None`: it stands there.
    /// Whoever drops it then has killed its process; it may also go on.
    pub async fn stops_at<T>(last: u32, work: &mut Pin<Box<impl Future<Output = T>>>) -> Option<T> {
        LEFT.set(Some(last));
        STOPPED.set(false);
        let done = poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if STOPPED.get() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await;
        LEFT.set(None);
        done
    }

    /// What was stopped goes on when it is polled again.
    pub fn goes_on() {
        STOPPED.set(false);
    }
}
