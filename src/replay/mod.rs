//! The object before and after every actor of an admission.
//!
//! What enters: an event, its calls, and what other events tell ([`context`]). What leaves: a replayed [`chain::Run`] with a
//! statement on how sure it is. The chain itself ([`chain`]) is a pure function; what it needs to know of the cluster is a
//! [`world::World`], which [`solve`] finds out from the evidence.

pub mod admission;
pub mod builtin;
pub mod chain;
pub mod comparable;
pub mod context;
pub mod defaults;
pub mod fidelity;
pub mod history;
pub mod kind;
pub mod learn;
pub mod patch;
pub mod request;
pub mod solve;
pub mod typed;
pub mod world;

pub use admission::{Replayed, replay, study};
pub use context::Context;
pub use history::History;
