//! Maytapi's webhooks: who may post one, and what one says that concerns a phone of ours.
//!
//! Maytapi signs nothing and repeats what was not answered with 200, without a bound. So the address holds a secret, and what can't be
//! used is answered with 200 like the rest.

pub mod admission;
pub mod event;
pub mod signature;
