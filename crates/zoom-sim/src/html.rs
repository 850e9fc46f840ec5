//! The little that the simulator's pages share: escaping and a frame.

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:76rem;margin:2rem auto;\
padding:0 1rem;color:#1f2430;background:#fff}h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}\
table{border-collapse:collapse;width:100%;font-size:.875rem}th,td{text-align:left;padding:.35rem .6rem;\
border-bottom:1px solid #d9dce3;vertical-align:top}button{font:inherit;padding:.35rem .8rem;\
border:1px solid #9aa1b0;border-radius:.4rem;background:#f4f5f8;cursor:pointer}\
button.main{background:#0b5cff;border-color:#0b5cff;color:#fff}form{display:inline-block;margin:.15rem}\
form.tall{display:block}label{display:block;margin:.3rem 0}select,input{font:inherit;padding:.3rem}\
fieldset{border:1px solid #d9dce3;border-radius:.4rem;margin:1rem 0}code{font-size:.85em;\
overflow-wrap:anywhere}.quiet{color:#5b6273}.narrow{max-width:34rem;margin:0 auto}";

pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

pub(crate) fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{}</title><style>{STYLE}</style></head><body>{body}</body></html>",
        escape(title)
    )
}
