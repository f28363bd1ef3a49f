//! One command a file: source to render, and nothing else.

#[cfg(feature = "cloudwatch")]
pub mod fetch;
#[cfg(feature = "cloudwatch")]
pub mod live;
pub mod query;
