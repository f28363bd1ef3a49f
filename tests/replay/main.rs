//! The replay: held against recordings of real API servers, and its algebra.

mod architecture;
mod fidelity;
mod patch_cases;
mod plugins;
mod properties;
