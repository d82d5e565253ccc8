//! The options of the calls: a list of them, and their validation.

mod check;
mod table;
mod typo;

pub use check::{api_key, flow_id, read};
pub use table::Operation;
