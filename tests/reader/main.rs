//! The reader, and `auditdiff list`, which reads everything.

mod files;
mod forms;
mod list;
mod reading;
