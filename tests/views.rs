//! What people see: every form, at several widths, with and without colour, of recorded and of hostile admissions.

mod stories;

use auditdiff::render::{self, Side, Style, View};
use auditdiff::report::Report;
use auditdiff::samples::{self, Sample};
use serde_json::Value;
use std::io::Write;
use unicode_width::UnicodeWidthStr;

/// The stories whose every form is recorded: an ordinary one, a second round, a webhook that failed open, one that ended the
/// request, one without objects, one where two webhooks write the same field.
const STORIES: [&str; 6] = ["irsa-basic", "late-sidecar-if-needed", "fail-open", "fail-closed-timeout", "truncated-event", "two-writers"];
const WIDTHS: [usize; 3] = [60, 80, 140];

const PLAIN: Style = Style { width: 80, color: false, unicode: true, show_noise: false };

fn reports(name: &str) -> Vec<Report> {
    stories::reports(samples::find(name).unwrap().log)
}

/// A form as a function of reports and style.
type Form = fn(&[Report], &Style, &mut dyn Write) -> std::io::Result<()>;

/// Every form that knows of widths or colours.
const STYLED: [(&str, Form); 6] = [
    ("text", |reports, style, out| render::text(reports, style, out)),
    ("wide", |reports, style, out| render::wide(reports, style, out)),
    ("table", |reports, style, out| {
        render::table_header(style, out)?;
        reports.iter().try_for_each(|report| render::table_row(report, style, out))
    }),
    ("blame", |reports, style, out| render::blame(reports, &View::default(), style, out)),
    ("diff", |reports, style, out| render::diff(reports, &View::default(), style, out)),
    ("yaml", |reports, style, out| render::yaml(reports, &View::default(), style, out)),
];

/// The forms whose lines fit into the width; the others keep values in one piece for other programs.
const FITTING: [&str; 4] = ["text", "wide", "table", "blame"];

/// The forms for other places than a terminal.
const OTHERS: [(&str, Form); 4] = [
    ("json-patch", |reports, _, out| render::json_patch(reports, &View::default(), out)),
    ("object-json", |reports, _, out| render::object_json(reports, &View::default(), out)),
    ("markdown", |reports, style, out| render::markdown(reports, &View { redact: true, ..View::default() }, style, out)),
    ("html", |reports, style, out| render::html(reports, &View { redact: true, ..View::default() }, style, out)),
];

fn shown(form: Form, reports: &[Report], style: &Style) -> String {
    let mut out = Vec::new();
    form(reports, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The text without colours: what stands between ESC and `m`.
fn uncoloured(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or("").to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').unwrap().1)
}

#[test]
fn every_form_of_six_stories_looks_like_this() {
    let mut looked_at = 0;
    for name in STORIES {
        let reports = reports(name);
        for (form, write) in STYLED {
            let widths: &[usize] = if FITTING.contains(&form) { &WIDTHS } else { &[80] };
            let mut all = String::new();
            for &width in widths {
                all.push_str(&format!("══ {width} columns\n{}", shown(write, &reports, &Style { width, ..PLAIN })));
            }
            let coloured = shown(write, &reports, &Style { color: true, ..PLAIN });
            all.push_str(&format!("══ 80 columns, coloured\n{}", coloured.replace('\u{1b}', "␛")));
            insta::assert_snapshot!(format!("{name}-{form}"), all);
            looked_at += widths.len() + 1;
        }
        for (form, write) in OTHERS {
            let page = shown(write, &reports, &PLAIN);
            // The style and the script are files of their own.
            let body =
                if form == "html" { page.split_once("</head>").unwrap().1.split_once("<script>").unwrap().0.to_owned() } else { page };
            insta::assert_snapshot!(format!("{name}-{form}"), body);
            looked_at += 1;
        }
    }
    assert_eq!(looked_at, STORIES.len() * (4 * 4 + 2 * 2 + 4));
}

#[test]
fn colours_add_nothing_but_colour() {
    let mut compared = 0;
    for sample in samples::all() {
        let reports = stories::reports(sample.log);
        for (form, write) in STYLED {
            for width in WIDTHS {
                let plain = shown(write, &reports, &Style { width, ..PLAIN });
                let coloured = shown(write, &reports, &Style { width, color: true, ..PLAIN });
                assert!(!plain.contains('\u{1b}'), "{form} of {}", sample.name);
                assert!(uncoloured(&coloured) == plain, "{form} of {} at {width}", sample.name);
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 27 * 6 * 3);
}

#[test]
fn nothing_is_wider_than_the_terminal() {
    let mut lines = 0;
    for sample in samples::all() {
        let reports = stories::reports(sample.log);
        for (form, write) in STYLED.into_iter().filter(|(form, _)| FITTING.contains(form)) {
            for width in WIDTHS {
                for line in shown(write, &reports, &Style { width, ..PLAIN }).lines() {
                    assert!(line.width() <= width, "{form} of {} at {width}: {line}", sample.name);
                    lines += 1;
                }
            }
        }
    }
    assert!(lines > 27 * 4 * 3 * 5, "{lines} lines");
}

#[test]
fn a_terminal_without_unicode_gets_ascii() {
    let mut forms = 0;
    for sample in samples::all() {
        let reports = stories::reports(sample.log);
        for (form, write) in STYLED {
            let text = shown(write, &reports, &Style { unicode: false, ..PLAIN });
            assert!(text.is_ascii(), "{form} of {}: {:?}", sample.name, text.chars().find(|c| !c.is_ascii()));
            forms += 1;
        }
    }
    assert_eq!(forms, 27 * 6);
}

#[test]
fn the_account_names_who_added_what() {
    let text = shown(STYLED[0].1, &reports("irsa-basic"), &PLAIN);
    let webhook = text.split_once("\niam-for-pods.amazonaws.com\n").unwrap().1.split("\n\n").next().unwrap();
    assert!(webhook.contains("webhook of pod-identity-webhook · round 0, index 5 · 7 changes"), "{webhook}");
    assert!(webhook.contains("\n  volumes\n    + aws-iam-token\n"), "{webhook}");
    assert!(webhook.contains("\n  containers[aws-cli] › env\n"), "{webhook}");
    let variables = ["AWS_STS_REGIONAL_ENDPOINTS", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"];
    assert!(variables.iter().all(|name| webhook.contains(&format!("\n    + {name} ="))), "{webhook}");
    assert_eq!(webhook.matches("\n    + ").count(), 7, "{webhook}");
    for (plugin, changes) in [("ServiceAccount", 2), ("Priority", 2), ("DefaultTolerationSeconds", 2)] {
        assert!(text.contains(&format!("\n{plugin} · built-in plugin · {changes} changes\n")), "{plugin}");
    }
    assert!(text.contains("7 changes of bookkeeping hidden"), "{text}");
    assert!(text.contains("--show-noise shows them"), "{text}");
    let noisy = shown(STYLED[0].1, &reports("irsa-basic"), &Style { show_noise: true, ..PLAIN });
    assert!(!noisy.contains("hidden") && noisy.contains("resourceVersion"), "{noisy}");
}

#[test]
fn what_went_wrong_is_told_in_words() {
    let open = shown(STYLED[0].1, &reports("fail-open"), &PLAIN);
    assert!(open.contains("▲ failed open") && open.contains("failurePolicy Ignore"), "{open}");
    let failed = shown(STYLED[0].1, &reports("fail-closed-timeout"), &PLAIN);
    assert!(failed.contains("✖ failed") && failed.contains("Ended:") && failed.contains("context deadline exceeded"), "{failed}");
    let refused = shown(STYLED[0].1, &reports("rejected-by-pod-security"), &PLAIN);
    assert!(refused.contains("Ended:") && refused.contains("after the mutating webhooks"), "{refused}");
    let metadata = shown(STYLED[0].1, &reports("metadata-level-only"), &PLAIN);
    assert!(metadata.contains("logged at level Metadata") && metadata.contains("what it changed is not in the log"), "{metadata}");
    let truncated = shown(STYLED[0].1, &reports("truncated-event"), &PLAIN);
    assert!(truncated.contains("2 patch operations as logged:") && truncated.contains("add /spec/volumes/0"), "{truncated}");
}

#[test]
fn the_patch_leads_from_before_to_after() {
    let mut applied = 0;
    for sample in samples::all() {
        for report in stories::reports(sample.log) {
            let steps = (0..report.steps.len()).map(Some).chain([None]);
            for step in steps {
                let view = |side| View { step, side, ..View::default() };
                let one = std::slice::from_ref(&report);
                let mut out = [Vec::new(), Vec::new(), Vec::new()];
                render::object_json(one, &view(Side::Before), &mut out[0]).unwrap();
                render::object_json(one, &view(Side::After), &mut out[1]).unwrap();
                render::json_patch(one, &view(Side::After), &mut out[2]).unwrap();
                let [mut before, after, patch] = out.map(|out| serde_json::from_slice::<Value>(&out).unwrap());
                if patch.is_null() {
                    assert!(before.is_null() || after.is_null());
                    continue;
                }
                let patch: json_patch::Patch = serde_json::from_value(patch).unwrap();
                json_patch::patch(&mut before, &patch).unwrap();
                assert!(before == after, "{} step {step:?}", sample.name);
                applied += 1;
            }
        }
    }
    assert!(applied > 150, "{applied}");
}

#[test]
fn yaml_reads_back_as_the_same_object() {
    let mut read = 0;
    let mut same = |log: &[u8]| {
        for report in stories::reports(log) {
            for step in 0..report.steps.len() {
                let view = View { step: Some(step), ..View::default() };
                let one = std::slice::from_ref(&report);
                let (mut yaml, mut json) = (Vec::new(), Vec::new());
                render::yaml(one, &view, &PLAIN, &mut yaml).unwrap();
                render::object_json(one, &view, &mut json).unwrap();
                let json: Value = serde_json::from_slice(&json).unwrap();
                if json.is_null() {
                    assert!(yaml.windows(9).any(|words| words == b"not known"));
                    continue;
                }
                let back: Value = serde_saphyr::from_slice(&yaml).unwrap();
                assert!(back == json, "step {step}");
                read += 1;
            }
        }
    };
    samples::all().iter().for_each(|sample: &Sample| same(sample.log));
    same(&stories::hostile());
    assert!(read > 150, "{read}");
}

#[test]
fn a_step_or_a_webhook_can_be_asked_for() {
    let reports = reports("late-sidecar-if-needed");
    let of = |view: &View| {
        let mut out = Vec::new();
        render::diff(&reports, view, &PLAIN, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let both = of(&View { webhook: Some("iam-for-pods.amazonaws.com".into()), ..View::default() });
    assert_eq!(both.matches("diff --git").count(), 2, "called in both rounds");
    let one = of(&View { step: Some(2), ..View::default() });
    assert!(one.contains("before step 2, Priority") && one.contains("+  priority: 0"), "{one}");
    let view = View { step: Some(99), ..View::default() };
    assert_eq!(view.check(&reports).unwrap_err(), "there is no step 99: the steps are 0 (the request) to 8, as in the table of actors");
    let view = View { webhook: Some("iam".into()), ..View::default() };
    let told = view.check(&reports).unwrap_err();
    assert_eq!(told, "no webhook of that name was called. Called were: iam-for-pods.amazonaws.com, vault.hashicorp.com");
    assert_eq!(View::default().check(&reports), Ok(()));
}

#[test]
fn nothing_from_a_log_reaches_the_terminal_raw() {
    let reports = stories::reports(&stories::hostile());
    assert_eq!(reports.len(), 1);
    let mut checked = 0;
    for (form, write) in STYLED.into_iter().chain(OTHERS) {
        for color in [false, true] {
            let text = uncoloured_if(color, &shown(write, &reports, &Style { color, show_noise: true, ..PLAIN }));
            let raw = text
                .chars()
                .find(|c| (c.is_control() && *c != '\n' && !(*c == '\t' && form == "diff")) || matches!(c, '\u{202e}' | '\u{200b}'));
            // JSON escapes control characters itself, and is for programs.
            if form != "object-json" && form != "json-patch" {
                assert_eq!(raw, None, "{form}");
            }
            checked += 1;
        }
    }
    assert_eq!(checked, 20);
    let text = shown(STYLED[0].1, &reports, &PLAIN);
    assert!(text.contains(r"\x1b[2J"), "{text}");
    assert!(text.contains(r"\u{202e}"), "{text}");
}

fn uncoloured_if(color: bool, text: &str) -> String {
    if color { uncoloured(text) } else { text.to_owned() }
}

#[test]
fn markup_in_a_log_stays_text_on_the_page() {
    let reports = stories::reports(&stories::hostile());
    let mut out = Vec::new();
    render::html(&reports, &View::default(), &PLAIN, &mut out).unwrap();
    let page = String::from_utf8(out).unwrap();
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("</script").count(), 1);
    assert_eq!(page.matches("<img").count(), 0);
    assert!(page.contains("&lt;/script&gt;&lt;script&gt;alert(1)"));
    assert!(page.contains("content=\"default-src 'none'; style-src 'sha256-"));
    assert_eq!(page.matches("href=\"").count(), page.matches("href=\"#").count(), "links lead nowhere else");
    assert!(!page.contains("://") && !page.contains("src=\"") && !page.contains("url("), "the page asks nobody for anything");
}

#[test]
fn markdown_keeps_to_its_cells_and_spans() {
    let reports = stories::reports(&stories::hostile());
    let mut out = Vec::new();
    render::markdown(&reports, &View::default(), &PLAIN, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| ") || line.starts_with("|--")).collect();
    assert!(rows.len() >= 7);
    for row in rows {
        let bars = row.replace(r"\|", "").matches('|').count();
        assert_eq!(bars, 8, "{row}");
    }
}

#[test]
fn a_very_long_value_is_no_burden() {
    let log = String::from_utf8(samples::find("irsa-basic").unwrap().log.to_vec()).unwrap();
    let long = "word,".repeat(60_000);
    let reports = stories::reports(log.replace("eu-west-1", &long).as_bytes());
    let mut forms = 0;
    for (form, write) in STYLED.into_iter().chain(OTHERS) {
        let text = shown(write, &reports, &PLAIN);
        if form == "text" {
            assert!(text.len() < 10_000, "{}", text.len());
            assert!(text.contains("more characters; -o wide shows them"), "{text}");
        }
        forms += 1;
    }
    assert_eq!(forms, 10);
}

#[test]
fn a_page_of_a_hundred_pods_stays_small() {
    let several = ["irsa-basic", "istio-sidecar", "two-writers", "late-sidecar-if-needed"].map(reports).concat();
    let many: Vec<Report> = several.iter().cycle().take(100).cloned().collect();
    let mut page = Vec::new();
    render::html(&many, &View { redact: true, ..View::default() }, &PLAIN, &mut page).unwrap();
    assert_eq!(page.windows(17).filter(|words| words == b"class=\"admission\"").count(), 100);
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
}
