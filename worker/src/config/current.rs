//! The configuration of this isolate.

use std::cell::OnceCell;
use std::rc::Rc;

use super::{Config, ConfigError};
use crate::platform::{env, panic, zone};

thread_local! {
    static CONFIG: OnceCell<Rc<Result<Config, ConfigError>>> = const { OnceCell::new() };
}

/// The configuration, read once per isolate: a deployment with other variables starts new ones.
pub fn config() -> Rc<Result<Config, ConfigError>> {
    CONFIG.with(|cell| {
        let read = || {
            // Not at the instance's start, where the crate `worker` puts a hook of its own around this one, which logs the message.
            panic::log_without_message();
            let read = Config::read(env::setting("PROXY").as_deref(), &env::setting);
            Rc::new(read.and_then(|config| config.with_known_zone(|name| zone::offset_min(name, 0).is_some())))
        };
        Rc::clone(cell.get_or_init(read))
    })
}
