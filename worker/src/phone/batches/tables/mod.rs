//! The tables of batches, and of what they are made of.

pub mod items;
pub mod optouts;
pub mod rows;
