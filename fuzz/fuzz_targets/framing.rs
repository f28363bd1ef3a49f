//! Any bytes at all: nothing panics, nothing vanishes, and it does not matter in which portions the bytes arrive.
#![no_main]

use auditdiff::audit::Event;
use auditdiff::audit::glance::Glance;
use auditdiff::source::{Counted, Question, Record, Skipped, file};
use libfuzzer_sys::fuzz_target;
use std::io::Read;
use std::ops::ControlFlow;

fuzz_target!(|bytes: &[u8]| {
    let (found, counted) = read(bytes);
    let skipped = found.iter().filter(|found| found.is_err()).count();
    assert_eq!((counted.records, counted.skipped), (found.len() as u64, skipped as u64));
    let (slowly, _) = read(Trickle { rest: bytes, portion: 1 + bytes.len() % 7 });
    assert_eq!(found, slowly);
    for record in found.iter().flatten() {
        if Event::parse(record).is_ok() {
            Glance::at(record).expect("what can be read can be glanced at");
        }
    }
});

fn read(input: impl Read) -> (Vec<Result<Record, Skipped>>, Counted) {
    let mut found = Vec::new();
    let counted = file::read_open("fuzz", input, &Question::default(), &mut |one| {
        found.push(one);
        ControlFlow::Continue(())
    });
    (found, counted)
}

/// Gives a few bytes at a time.
struct Trickle<'a> {
    rest: &'a [u8],
    portion: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.portion.min(self.rest.len()).min(into.len());
        into[..count].copy_from_slice(&self.rest[..count]);
        self.rest = &self.rest[count..];
        Ok(count)
    }
}
