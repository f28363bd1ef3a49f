//! One file per command: thin, source -> audit -> replay -> report -> render.

pub mod replay;
