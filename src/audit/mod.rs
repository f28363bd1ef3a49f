//! Records to events, and what each event can prove.
//!
//! What enters: a [`Record`](crate::source::Record). What leaves: an [`Event`], the [`Call`](annotation::Call)s its audit
//! annotations tell of, and its [`Evidence`](evidence::Evidence). Names are the audit log's own.

pub mod annotation;
pub mod event;
pub mod evidence;
pub mod glance;
pub mod order;
pub mod owner;
pub mod select;

pub use event::Event;
