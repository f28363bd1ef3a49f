//! `auditdiff list`: what is in a log.

use crate::reading::{Folder, gzip};
use std::process::Command;

const STORY: &str = include_str!("../data/irsa-basic.jsonl");

/// Runs the program in a folder; stdout, stderr and the exit code.
fn list(folder: &Folder, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_auditdiff"));
    let output = command.arg("list").args(args).current_dir(&folder.0).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    format!("{}{}exit code {}", text(&output.stdout), text(&output.stderr), output.status.code().unwrap())
}

#[test]
fn a_folder_of_anything_is_told_calmly() {
    let folder = Folder::new("list");
    folder.with("logs/a.jsonl", STORY);
    folder.with("logs/b.gz", gzip(STORY.replace("default", "shop").as_bytes()));
    folder.with("logs/c.txt", "hello\nworld\n{\"kind\":\"Ev");
    folder.with("logs/d", "");
    folder.with("logs/e\x1b[31m", "\0\0\0");
    insta::assert_snapshot!("text", list(&folder, &["-f", "logs"]));
    insta::assert_snapshot!("json", list(&folder, &["-f", "logs", "-o", "json", "--strict"]));
}

#[test]
fn a_file_without_events_matches_nothing() {
    let folder = Folder::new("list-nothing");
    folder.with("notes.txt", "hello\n");
    insta::assert_snapshot!("nothing", list(&folder, &["-f", "notes.txt"]));
    insta::assert_snapshot!("missing", list(&folder, &["-f", "nowhere.txt"]));
}

#[test]
fn only_metadata_is_said_to_be_only_metadata() {
    let folder = Folder::new("list-metadata");
    folder.with(
        "audit.jsonl",
        r#"{"level":"Metadata","stage":"ResponseComplete","verb":"create","objectRef":{"resource":"pods","apiVersion":"v1"}}"#,
    );
    insta::assert_snapshot!("metadata", list(&folder, &["-f", "audit.jsonl"]));
}
