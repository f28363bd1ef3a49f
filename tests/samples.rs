//! The samples: every lesson shows what the program really prints, and every recording is replayed to the end.
//!
//! `UPDATE_SAMPLES=1 cargo test --test samples` writes the program's output into the documents.

mod program;

use auditdiff::samples::{self, Sample};
use program::{Ran, project};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs;

const COUNT: usize = 27;

fn auditdiff(arguments: &[&str]) -> Ran {
    program::auditdiff(project(), arguments, b"")
}

fn lesson(sample: &Sample) -> String {
    fs::read_to_string(project().join("samples").join(sample.name).join("README.md")).unwrap()
}

fn documents(sample: &Sample) -> Vec<Value> {
    let ran = auditdiff(&["sample", sample.name, "-o", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", sample.name);
    serde_json::from_str(&ran.out).unwrap()
}

fn events(sample: &Sample) -> Vec<Value> {
    sample.log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(|line| serde_json::from_slice(line).unwrap()).collect()
}

#[test]
fn every_folder_is_in_the_program() {
    let folders = fs::read_dir(project().join("samples")).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir());
    let mut folders: Vec<String> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    folders.sort();
    let mut names: Vec<&str> = samples::all().iter().map(|sample| sample.name).collect();
    names.sort_unstable();
    assert_eq!(folders, names);
    assert_eq!(names.len(), COUNT);
}

#[test]
fn a_lesson_begins_with_the_title_and_the_question_that_the_program_knows() {
    let mut right = 0;
    for sample in samples::all() {
        let lesson = lesson(sample);
        let mut lines = lesson.lines();
        assert_eq!(lines.next(), Some(format!("# {}", sample.title).as_str()));
        let question: Vec<&str> = lines.skip(1).map_while(|line| line.strip_prefix("> ")).collect();
        assert_eq!(question.join(" "), sample.question);
        assert!(lesson.contains(&format!("\nauditdiff sample {}\n", sample.name)), "{}", sample.name);
        right += 1;
    }
    assert_eq!(right, COUNT);
}

#[test]
fn the_contents_list_the_lessons_in_the_order_of_learning() {
    let contents = fs::read_to_string(project().join("samples/README.md")).unwrap();
    let listed: Vec<&str> = contents.lines().filter(|line| line.starts_with("- [")).collect();
    let expected = samples::all().iter().map(|sample| format!("- [{0}]({0}/README.md): {1}", sample.name, sample.title));
    assert_eq!(listed, expected.collect::<Vec<_>>());
    assert_eq!(listed.len(), COUNT);
    let ran = auditdiff(&["sample"]);
    let printed: Vec<&str> = ran.out.lines().filter_map(|line| line.split_whitespace().next()).take(COUNT).collect();
    assert_eq!(printed, samples::all().iter().map(|sample| sample.name).collect::<Vec<_>>());
}

#[test]
fn every_console_block_in_the_documents_is_what_the_program_prints() {
    let mut documents = vec![project().join("README.md")];
    documents.extend(samples::all().iter().map(|sample| project().join("samples").join(sample.name).join("README.md")));
    let mut checked = 0;
    for path in &documents {
        let text = fs::read_to_string(path).unwrap();
        let (real, blocks) = with_real_output(&text);
        assert!(blocks > 0, "{} shows no output", path.display());
        checked += blocks;
        if std::env::var_os("UPDATE_SAMPLES").is_some() {
            fs::write(path, &real).unwrap();
        } else {
            let differs = text.lines().zip(real.lines()).position(|(there, now)| there != now);
            let advice = "run `UPDATE_SAMPLES=1 cargo test --test samples` and read what git says";
            assert!(text == real, "{}, line {}: {advice}", path.display(), differs.map_or(0, |at| at + 1));
        }
    }
    assert!(checked > COUNT);
}

/// The document with the output of each `$ auditdiff …` block replaced by what the program prints now, and their number.
fn with_real_output(text: &str) -> (String, usize) {
    let mut real = String::new();
    let mut blocks = 0;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        real.push_str(line);
        real.push('\n');
        if line != "```console" {
            continue;
        }
        let command = lines.next().unwrap();
        let arguments: Vec<&str> = command.strip_prefix("$ auditdiff ").expect("a command of ours").split(' ').collect();
        let ran = auditdiff(&arguments);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{command}");
        assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{command} prints lines of more than 80 columns");
        assert!(!ran.out.contains('\u{1b}'), "{command} prints colours without a terminal");
        assert!(lines.any(|line| line == "```"), "{command}: the block does not end");
        real.push_str(&format!("{command}\n{}\n```\n", ran.out.trim_end()));
        blocks += 1;
    }
    (real, blocks)
}

#[test]
fn a_sample_and_its_file_give_the_same_account() {
    let mut same = 0;
    for sample in samples::all() {
        let Some((namespace, name)) = sample.pod else { continue };
        let pod = format!("{namespace}/{name}");
        let file = format!("samples/{}/audit.jsonl", sample.name);
        assert!(lesson(sample).contains(&format!("\nauditdiff pod {pod} -f {file}  # the same, from the file\n")), "{}", sample.name);
        let from_file = auditdiff(&["pod", &pod, "-f", &file, "-o", "json"]);
        let origin = format!("sample {}:", sample.name);
        let from_program = auditdiff(&["sample", sample.name, "-o", "json"]).out.replace(&origin, &format!("{file}:"));
        assert_eq!((from_file.code, from_file.err.as_str()), (0, ""));
        assert!(from_program == from_file.out, "{}: the accounts differ", sample.name);
        same += 1;
    }
    assert_eq!(same, COUNT - 1);
}

#[test]
fn every_step_begins_where_the_last_one_ended_and_the_end_is_what_was_stored() {
    let (mut documents_seen, mut reproduced, mut patches) = (0, 0, 0);
    for sample in samples::all() {
        let events: BTreeMap<String, Value> =
            events(sample).into_iter().map(|event| (event["auditID"].as_str().unwrap().to_owned(), event)).collect();
        for document in documents(sample) {
            documents_seen += 1;
            let event = &events[document["auditID"].as_str().unwrap()];
            let steps = document["steps"].as_array().unwrap();
            assert!(steps.windows(2).all(|pair| pair[0]["after"] == pair[1]["before"]), "{}", sample.name);
            for step in steps.iter().filter(|step| step.get("patch").is_some()) {
                let key = format!("patch.webhook.admission.k8s.io/round_{}_index_{}", step["actor"]["round"], step["actor"]["index"]);
                let logged: Value = serde_json::from_str(event["annotations"][key].as_str().unwrap()).unwrap();
                assert_eq!(step["patch"], logged["patch"], "{}", sample.name);
                patches += 1;
            }
            if document["replay"]["reproducesStored"] == true {
                assert_eq!(steps.last().unwrap()["after"], event["responseObject"], "{}", sample.name);
                reproduced += 1;
            }
        }
    }
    assert_eq!((documents_seen, reproduced, patches), (28, 24, 35));
}

/// The document without what other tests compare with the log: whole objects and patches.
fn without_objects(mut document: Value) -> Value {
    for step in document["steps"].as_array_mut().unwrap() {
        let step: &mut Map<String, Value> = step.as_object_mut().unwrap();
        for whole in ["before", "after", "patch"] {
            step.shift_remove(whole);
        }
    }
    document
}

#[test]
fn the_json_of_every_sample_tells_this() {
    let mut told = 0;
    for sample in samples::all() {
        let documents: Vec<Value> = documents(sample).into_iter().map(without_objects).collect();
        insta::assert_snapshot!(sample.name, serde_json::to_string_pretty(&documents).unwrap());
        told += 1;
    }
    assert_eq!(told, COUNT);
}
