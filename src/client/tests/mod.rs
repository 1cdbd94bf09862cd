//! The client over a scripted transport with a clock of its own.

mod follow;
mod reads;
mod retries;
mod scripted;
mod send_many;
mod sends;
mod tokens;
