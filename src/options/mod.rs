//! The options of the calls: which there are, and how they are checked.

mod check;
mod table;
mod typo;

pub use check::{api_key, flow_id, read};
pub use table::Operation;
