//! What both the Worker and the object need from the runtime: the configuration, an answer of Maytapi.

use std::cell::OnceCell;
use std::rc::Rc;
use std::time::Duration;

use maytapi::client::Response;

use crate::config::{Config, Fault};
use crate::glue;

thread_local! {
    static CONFIG: OnceCell<Rc<Result<Config, Fault>>> = const { OnceCell::new() };
}

/// The configuration, read once per isolate: a deployment with other variables starts new ones.
pub fn config() -> Rc<Result<Config, Fault>> {
    CONFIG.with(|cell| {
        let read = || {
            quiet_panics();
            let lookup = |name: &str| glue::setting(name);
            Rc::new(Config::read(lookup("PROXY").as_deref(), &lookup))
        };
        Rc::clone(cell.get_or_init(read))
    })
}

/// A panic's message may hold what it was working on, so only its place is logged. Not at the instance's start, where the crate `worker`
/// would put a hook of its own around this one, which logs the message.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
        glue::log(&serde_json::json!({ "event": "panic", "at": at }).to_string());
    }));
}

/// An answer from the lines of glue.js: status, `Retry-After`, text. `None` where there was none.
pub fn reply(text: &str) -> Option<Response> {
    let (status, rest) = text.split_once('\n')?;
    let (retry_after, text) = rest.split_once('\n')?;
    let retry_after = retry_after.parse().ok().map(Duration::from_millis);
    Some(Response { status: status.parse().ok()?, body: text.to_owned().into(), retry_after, ..Response::default() })
}
