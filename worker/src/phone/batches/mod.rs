//! Batches of a phone: many messages that are made of one template and go out one by one, at the pace that policy allows, each at most once.
//!
//! A batch is rows in storage: what they say is sealed, and thrown away when it has left. The object's alarm sends them.

pub mod ask;
pub mod model;
pub mod optouts;
pub mod pace;
