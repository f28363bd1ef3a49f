//! The reader: whatever the input is, records + skipped = what was found, in the order of the input.

use crate::reading::{Folder, Read, gzip, read};
use auditdiff::audit::Event;
use auditdiff::source::{Question, SourceError, file};
use std::ops::ControlFlow;

const STORY: &str = include_str!("../data/irsa-basic.jsonl");

fn texts(read: &Read) -> Vec<&str> {
    read.records.iter().map(|record| std::str::from_utf8(&record.text).unwrap()).collect()
}

#[test]
fn lines_come_in_order_with_their_numbers() {
    let folder = Folder::new("lines");
    let path = folder.with("audit.jsonl", format!("\u{feff}\r\n{}", STORY.replace('\n', "\r\n\r\n")));
    let read = read(&[&path], &[]);
    assert_eq!(texts(&read), STORY.lines().collect::<Vec<_>>());
    assert_eq!(read.records[1].origin.to_string(), format!("{}:4", path.display()));
    assert_eq!(read.counted.bytes, path.metadata().unwrap().len());
}

#[test]
fn records_that_cannot_matter_are_counted_and_not_delivered() {
    let folder = Folder::new("needles");
    let path = folder.with("audit.jsonl", STORY);
    let read = read(&[&path], &["nothing-like-this", "pods/aws-cli/binding"]);
    assert_eq!(read.counted.records, 6);
    assert_eq!(texts(&read), [STORY.lines().nth(2).unwrap()]);
    assert_eq!(read.records[0].origin.place, 3);
}

#[test]
fn compressed_files_are_read_whatever_they_are_called() {
    let folder = Folder::new("packed");
    let lines: Vec<&str> = STORY.lines().collect();
    let halves = [lines[..3].join("\n") + "\n", lines[3..].join("\n") + "\n"];
    let members = [gzip(halves[0].as_bytes()), gzip(halves[1].as_bytes())].concat();
    let inputs = [
        folder.with("members", &members),
        folder.with("twice.log", gzip(&members)),
        folder.with("zstd", zstd::encode_all(STORY.as_bytes(), 1).unwrap()),
    ];
    assert_eq!(inputs.iter().filter(|path| texts(&read(&[path], &[])) == lines).count(), 3);
}

#[test]
fn a_folder_is_read_in_the_order_of_its_names_without_the_export_probe() {
    let folder = Folder::new("folder");
    let lines: Vec<&str> = STORY.lines().collect();
    folder.with("b/000001.gz", gzip(lines[2].as_bytes()));
    folder.with("b/000000.gz", gzip(lines[1].as_bytes()));
    folder.with("a", lines[0]);
    folder.with("aws-logs-write-test", "Permission Check Successful");
    folder.with("c", "");
    let read = read(&[&folder.0], &[]);
    assert_eq!(texts(&read), lines[..3]);
    assert_eq!(read.skipped.iter().map(|skipped| skipped.reason.as_str()).collect::<Vec<_>>(), ["empty"]);
    assert_eq!(read.skipped[0].origin.to_string(), folder.0.join("c").display().to_string());
}

#[test]
fn what_can_never_be_a_log_is_refused_with_one_word_each() {
    let folder = Folder::new("refused");
    let mut tar = vec![0; 512];
    tar[257..262].copy_from_slice(b"ustar");
    folder.with("a.tar", &tar);
    folder.with("b.tgz", gzip(&tar));
    folder.with("c.zip", b"PK\x03\x04....");
    folder.with("d.bin", b"\x7fELF\x02\x01\x01\0\0");
    folder.with("e.txt", b"\xff\xfe{\0}\0");
    folder.with("f.gz", &gzip(STORY.as_bytes())[..600]);
    let read = read(&[&folder.0], &[]);
    insta::assert_snapshot!(read.skipped.iter().map(|skipped| skipped.reason.as_str()).collect::<Vec<_>>().join("\n"), @r"
    a tar archive: unpack it first, then give the folder
    a tar archive: unpack it first, then give the folder
    a zip archive: unpack it first, then give the folder
    binary data, not a log
    UTF-16 text, as Windows PowerShell writes it: convert it to UTF-8 first
    the gzip data is cut off; what stood before was read
    ");
}

#[test]
fn a_missing_path_ends_the_reading_before_it_begins() {
    let folder = Folder::new("missing");
    let path = folder.with("audit.jsonl", STORY);
    let mut delivered = 0;
    let error = file::read(&[path, folder.0.join("nowhere")], &Question::default(), &mut |_| {
        delivered += 1;
        ControlFlow::Continue(())
    })
    .unwrap_err();
    assert!(matches!(error, SourceError::Unreadable { reason, .. } if reason == "no such file or folder"));
    assert_eq!(delivered, 0);
}

#[test]
fn whoever_listens_may_stop() {
    let folder = Folder::new("stop");
    let path = folder.with("audit.jsonl", STORY);
    let mut delivered = 0;
    file::read(&[path], &Question::default(), &mut |_| {
        delivered += 1;
        if delivered == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .unwrap();
    assert_eq!(delivered, 2);
}

#[test]
fn a_record_over_the_limit_is_skipped_and_the_rest_is_read() {
    let folder = Folder::new("long");
    let lines: Vec<&str> = STORY.lines().collect();
    let path = folder.with("audit.jsonl", [lines[0], &" {".repeat(10 << 20), lines[1]].join("\n"));
    let read = read(&[&path], &[]);
    assert_eq!(texts(&read), lines[..2]);
    assert_eq!(read.skipped[0].origin.place, 2);
    assert_eq!(read.skipped[0].reason, "longer than 16 MiB: too long for an audit event");
}

#[test]
fn every_cut_leaves_the_events_before_it() {
    let folder = Folder::new("cut");
    let lines: Vec<&str> = STORY.lines().take(2).collect();
    let text = lines.iter().map(|line| &line[..40]).collect::<Vec<_>>().join("\n");
    for cut in 1..=text.len() {
        let path = folder.with("cut", &text[..cut]);
        let read = read(&[&path], &[]);
        let events = read.records.iter().filter(|record| Event::parse(record).is_ok()).count();
        assert_eq!(events, 0);
        assert_eq!(read.counted.records, if cut > 41 { 2 } else { 1 });
    }
}

/// Lines of all lengths, so that blocks end everywhere: in lines, between them, in a line longer than a block.
fn uneven_lines() -> Vec<u8> {
    let mut text = Vec::new();
    let mut state = 1_u64;
    for number in 0..6_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let length = match number {
            1_500 => 3 << 20,
            3_000 => 17 << 20,
            4_000 => 0,
            _ => (state >> 33) as usize % 2_000,
        };
        text.extend_from_slice(format!("{{\"number\":{number},\"{}\":\"{}\"}}\n", number % 7, "x".repeat(length)).as_bytes());
        text.extend_from_slice(if number % 50 == 0 { b"\r\n" } else { b"" });
    }
    text
}

#[test]
fn a_large_file_reads_in_blocks_as_it_reads_in_one_go() {
    let folder = Folder::new("blocks");
    let text = uneven_lines();
    let ends = [text.clone(), text[..text.len() - 1].to_vec(), text[..text.len() - 700].to_vec(), [b"\xef\xbb\xbf", &text[..]].concat()];
    for text in &ends {
        let (blocks, stream) = (folder.with("blocks", text), folder.with("stream", gzip(text)));
        for needles in [&[][..], &["\"3\":"], &["\"number\":59", "nowhere"]] {
            let (blocks, stream) = (read(&[&blocks], needles), read(&[&stream], needles));
            assert_eq!(blocks.counted.records, stream.counted.records);
            assert_eq!(blocks.skipped.len(), 1);
            let place = |read: &Read| read.records.iter().map(|record| (record.origin.place, record.text.len())).collect::<Vec<_>>();
            let differ = place(&blocks).into_iter().zip(place(&stream)).find(|(one, other)| one != other);
            assert_eq!(differ, None);
            assert_eq!(blocks.records.len(), stream.records.len());
            assert!(texts(&blocks) == texts(&stream));
            assert_eq!(blocks.skipped[0].origin.place, stream.skipped[0].origin.place);
        }
    }
    assert_eq!(read(&[&folder.with("all", &text)], &[]).counted.records, 6_000);
}

#[test]
fn what_is_made_comes_in_the_order_of_the_input() {
    let folder = Folder::new("order");
    let text = uneven_lines();
    let paths = vec![folder.with("a", &text), folder.with("b.gz", gzip(STORY.as_bytes())), folder.with("c", &text)];
    let mut places = Vec::new();
    let work = |record: auditdiff::source::Record| (record.origin.place % 3 != 0).then_some(record.origin);
    let counted = file::map(&paths, &Question::default(), work, |made| {
        places.extend(made.ok());
        ControlFlow::Continue(())
    });
    assert_eq!(counted.unwrap().records, 12_006);
    assert!(places.is_sorted());
    assert!(places.len() > 7_000);
}

#[test]
fn a_bomb_ends_cleanly() {
    let folder = Folder::new("bomb");
    let bomb = folder.with("bomb.gz", gzip(&vec![b'['; 64 << 20]));
    let read = read(&[&bomb], &[]);
    assert_eq!(read.skipped.len(), 1);
    assert!(bomb.metadata().unwrap().len() < 1 << 20);
}
