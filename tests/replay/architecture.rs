//! The data flows one way: a room imports only rooms that stand before it.

use std::fs;
use std::path::{Path, PathBuf};

/// Each room, and the rooms it may import.
const ROOMS: [(&str, &[&str]); 9] = [
    ("source", &[]),
    ("diff", &[]),
    ("samples", &[]),
    ("audit", &["source"]),
    ("replay", &["audit", "diff"]),
    ("report", &["source", "audit", "diff", "replay"]),
    ("render", &["diff", "report"]),
    ("cli", &["source", "audit", "render"]),
    ("commands", &["source", "audit", "diff", "replay", "report", "render", "cli", "samples"]),
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() { found.extend(files(&entry)) } else { found.push(entry) }
    }
    found
}

#[test]
fn no_room_imports_what_comes_after_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut looked_at = 0;
    for path in files(&src).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs")) {
        let within = path.strip_prefix(&src).expect("below src");
        let room = within.iter().next().and_then(|name| name.to_str()).expect("a name").trim_end_matches(".rs");
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            assert!(["main", "lib"].contains(&room), "{room} is no room: give it a place in the order");
            continue;
        };
        looked_at += 1;
        let text = fs::read_to_string(&path).expect("a source file");
        for (_, rest) in text.match_indices("crate::").map(|(at, word)| text.split_at(at + word.len())) {
            let imported: String = rest.chars().take_while(|c| c.is_ascii_lowercase()).collect();
            if ROOMS.iter().any(|(name, _)| *name == imported) && imported != room {
                assert!(allowed.contains(&imported.as_str()), "{} imports {imported}", within.display());
            }
        }
    }
    assert!(looked_at > 50, "only {looked_at} files looked at");
}
