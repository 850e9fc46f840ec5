//! The places between which a process that dies leaves something half done: before and after each
//! write, and before each call to a provider. A test says at which of them its process dies.

/// Passed before and after each write and before each call. Outside of tests there is nothing here.
#[cfg(not(test))]
#[inline]
pub async fn step() {}

#[cfg(test)]
pub use tests::{dies_at, step};

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::{Future, pending, poll_fn};
    use std::pin::pin;
    use std::task::Poll;

    thread_local! {
        static LEFT: Cell<Option<u32>> = const { Cell::new(None) };
        static DEAD: Cell<bool> = const { Cell::new(false) };
    }

    pub async fn step() {
        match LEFT.get() {
            None => {}
            Some(0) => {
                DEAD.set(true);
                pending::<()>().await;
            }
            Some(left) => LEFT.set(Some(left - 1)),
        }
    }

    /// Does the work of a process that dies at its step number `last`, counted from nought. `None`:
    /// it died, and nobody heard of the rest.
    pub async fn dies_at<T>(last: u32, work: impl Future<Output = T>) -> Option<T> {
        LEFT.set(Some(last));
        DEAD.set(false);
        let mut work = pin!(work);
        let done = poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if DEAD.get() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await;
        LEFT.set(None);
        done
    }
}
