//! What both the Worker and the object need from the runtime: the configuration, the time, an answer of Maytapi.

use std::cell::OnceCell;
use std::rc::Rc;

use js_sys::Date;
use maytapi::client::Reply;
use wasm_bindgen::JsValue;
use worker::Env;

use crate::config::{Config, Fault};
use crate::glue;

thread_local! {
    static CONFIG: OnceCell<Rc<Result<Config, Fault>>> = const { OnceCell::new() };
}

/// The configuration, read once per isolate: a deployment with other variables starts new ones.
pub fn config(env: &Env) -> Rc<Result<Config, Fault>> {
    CONFIG.with(|cell| {
        let read = || {
            let env: &JsValue = env.as_ref();
            let lookup = |name: &str| glue::setting(env, name);
            Rc::new(Config::read(lookup("PROXY").as_deref(), &lookup))
        };
        Rc::clone(cell.get_or_init(read))
    })
}

/// Milliseconds since 1970.
pub fn now_ms() -> i64 {
    Date::now() as i64
}

/// An answer from the lines of glue.js: status, `Retry-After`, text. `None` where there was none.
pub fn reply(text: &str) -> Option<Reply> {
    let (status, rest) = text.split_once('\n')?;
    let (retry_after, text) = rest.split_once('\n')?;
    let retry_after_ms = retry_after.parse::<u32>().ok();
    Some(Reply { status: status.parse().ok()?, text: text.to_owned(), retry_after_ms, request_id: None })
}
