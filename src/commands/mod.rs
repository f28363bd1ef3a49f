//! One command a file: source to render, and nothing else.

#[cfg(feature = "cloudwatch")]
pub mod fetch;
pub mod query;
