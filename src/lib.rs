//! auditdiff tells who changed a Kubernetes object on its way into the cluster.
//!
//! The API server logs every mutating webhook's JSON Patch; auditdiff replays the admission those patches belong to
//! and hands every change in the stored object to the actor who made it. The data flows one way, a room for each stage:
//!
//! ```text
//! source ──Record──▶ audit ──Event──▶ replay ──Replay──▶ report ──Report──▶ render
//! ```
//!
//! * [`source`] turns bytes (files, stdin) into records: the JSON text of one audit event each.
//! * [`audit`] turns records into events and says what each event can prove.
//! * [`replay`] recomputes the object before and after every actor of the admission.
//! * [`diff`] compares two objects the way Kubernetes keys their lists; `replay` and `report` share it.
//! * [`report`] is the plain model of what happened, and the JSON contract.
//! * [`render`] shows a report to people.
//! * [`samples`] are recordings that come with the program.
//! * [`cli`] turns words into settings; [`commands`] are thin chains of the rooms above.

pub mod audit;
pub mod cli;
pub mod commands;
pub mod diff;
pub mod render;
pub mod replay;
pub mod report;
pub mod samples;
pub mod source;
