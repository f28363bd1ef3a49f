//! Reports to people.
