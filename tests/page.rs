//! The page in a real browser: clicks, keys, deep links, no error, no request, nothing of a hostile log comes to life.

mod browser;
mod stories;

use auditdiff::render::{self, Style, View};
use auditdiff::samples;
use browser::Browser;
use serde_json::json;
use std::path::PathBuf;

const RIGHT: char = '\u{e014}';
const LEFT: char = '\u{e012}';
const HOME: char = '\u{e011}';
const END: char = '\u{e010}';

/// A page on disk.
struct Page {
    folder: tempfile::TempDir,
}

impl Page {
    fn of(logs: &[&[u8]]) -> Page {
        let reports: Vec<_> = logs.iter().flat_map(|log| stories::reports(log)).collect();
        let folder = tempfile::tempdir().unwrap();
        let style = Style { width: 80, color: false, unicode: true, show_noise: false };
        let mut page = Vec::new();
        render::html(&reports, &View::default(), &style, &mut page).unwrap();
        std::fs::write(folder.path().join("page.html"), page).unwrap();
        Page { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("page.html")
    }

    fn address(&self, hash: &str) -> String {
        format!("file://{}{hash}", self.path().display())
    }
}

fn sample(name: &str) -> &'static [u8] {
    samples::find(name).unwrap().log
}

/// The steps that are shown, and the step that the chain marks.
const SHOWN: &str = "return [[...document.querySelectorAll('.step')].filter(e => e.offsetParent).map(e => +e.dataset.step),
    [...document.querySelectorAll('.chain [aria-current]')].filter(e => e.offsetParent).length, location.hash]";
/// The lines of the object that are marked, by sign.
const MARKED: &str = "return ['add', 'del'].map(sign => [...document.querySelectorAll('.l.' + sign)].filter(e => e.offsetParent).map(e => e.textContent.trim()))";

fn shows(browser: &Browser, step: usize, hash: &str) {
    assert_eq!(browser.run(SHOWN), json!([[step], 1, hash]));
}

fn nothing_went_wrong(browser: &Browser, page: &Page) {
    assert_eq!(browser.console(), Vec::<String>::new());
    let own = page.address("");
    let (ours, others): (Vec<String>, Vec<String>) = browser.requests().into_iter().partition(|address| address.starts_with(&own));
    assert!(!ours.is_empty(), "the browser tells what it asks for");
    assert_eq!(others, Vec::<String>::new(), "asked for something");
}

#[test]
fn steps_are_walked_with_keys_buttons_and_links() {
    let page = Page::of(&[sample("irsa-basic")]);
    let browser = Browser::open(1500, 1000);
    browser.go(&page.address(""));
    shows(&browser, 4, "");
    browser.press(RIGHT);
    shows(&browser, 5, "#step=5");
    browser.press(RIGHT);
    shows(&browser, 5, "#step=5");
    browser.press(HOME);
    shows(&browser, 0, "#step=0");
    browser.press(END);
    browser.press(LEFT);
    shows(&browser, 4, "#step=4");
    browser.click(".bar button:nth-of-type(1)");
    shows(&browser, 3, "#step=3");
    browser.click(".chain a[href='#step=1']");
    shows(&browser, 1, "#step=1");
    browser.click(".bar button:nth-of-type(2)");
    shows(&browser, 2, "#step=2");
    browser.go(&page.address("#step=3"));
    shows(&browser, 3, "#step=3");
    assert_eq!(browser.run("return scrollY"), 0, "the page does not jump");
    nothing_went_wrong(&browser, &page);
}

#[test]
fn the_object_shows_what_a_step_changed_and_what_all_changed() {
    let page = Page::of(&[sample("two-writers")]);
    let browser = Browser::open(1100, 900);
    let reports = stories::reports(sample("two-writers"));
    let last = reports[0].steps.iter().position(|step| step.actor.name.as_deref() == Some("vpa.k8s.io")).unwrap();
    browser.go(&page.address(&format!("#step={last}")));
    let marked = browser.run(MARKED);
    let texts = |at: usize| marked[at].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert!(texts(0).iter().any(|line| line == "cpu: 35m"), "{marked}");
    assert!(texts(1).iter().any(|line| line.starts_with("cpu: ")), "{marked}");
    let of_this_step = texts(0).len();
    browser.click(".pair button:last-child");
    let marked = browser.run(MARKED);
    assert!(marked[0].as_array().unwrap().len() > of_this_step, "{marked}");
    assert!(!marked[1].as_array().unwrap().iter().any(|line| line.as_str().unwrap().starts_with("cpu: ")), "the first value came and went");
    let lines = "return [...document.querySelectorAll('.l')].filter(e => e.offsetParent).map(e => e.textContent.trim())";
    let before = browser.run(lines);
    assert!(before.as_array().unwrap().contains(&json!("dnsPolicy: ClusterFirst")));
    browser.click(".bar > button:last-child");
    let after = browser.run(lines);
    assert!(!after.as_array().unwrap().contains(&json!("dnsPolicy: ClusterFirst")));
    assert!(after.as_array().unwrap().contains(&json!("image: amazon/aws-cli:latest")));
    nothing_went_wrong(&browser, &page);
}

#[test]
fn several_admissions_share_a_page() {
    let page = Page::of(&[sample("deployment-generate-name"), sample("fail-open"), sample("metadata-level-only")]);
    let browser = Browser::open(1500, 1000);
    browser.go(&page.address("#pod=3&step=4"));
    shows(&browser, 4, "#pod=3&step=4");
    let name = "return document.querySelector('.admission.on h1 code').textContent";
    assert_eq!(browser.run(name), "default/invoices");
    browser.click(".pods a[href='#pod=1']");
    assert_eq!(browser.run(name).as_str().unwrap().split('-').next(), Some("web/web"));
    browser.press(RIGHT);
    assert!(browser.run("return location.hash").as_str().unwrap().starts_with("#pod=1&step="));
    browser.click(".pods a[href='#pod=4']");
    assert_eq!(browser.run("return document.querySelector('.admission.on .object h2').textContent"), "The object is not known");
    nothing_went_wrong(&browser, &page);
}

#[test]
fn a_hostile_log_stays_text() {
    let hostile = stories::hostile();
    let page = Page::of(&[&hostile]);
    let browser = Browser::open(1500, 1000);
    browser.go(&page.address(""));
    let text = browser.run("return document.body.textContent");
    assert!(text.as_str().unwrap().contains("</script><script>alert(1)"), "the markup is shown as text");
    let alive = "return document.querySelectorAll('img, i, b b, [onerror], [onclick]').length + document.scripts.length";
    assert_eq!(browser.run(alive), 1, "only the page's own script");
    for _ in 0..6 {
        browser.press(RIGHT);
    }
    nothing_went_wrong(&browser, &page);
}

#[test]
fn the_policy_lets_nothing_out_and_the_console_would_tell() {
    let page = Page::of(&[sample("irsa-basic")]);
    let browser = Browser::open(1100, 900);
    browser.go(&page.address(""));
    nothing_went_wrong(&browser, &page);
    browser.run("document.body.append(Object.assign(new Image(), { src: 'http://127.0.0.1:9/out.png' }))");
    browser.run("document.body.append(Object.assign(document.createElement('script'), { textContent: 'document.title = `alive`' }))");
    assert_ne!(browser.run("return document.title"), "alive");
    let told = browser.console();
    assert!(told.iter().filter(|line| line.contains("Content Security Policy")).count() >= 2, "{told:?}");
}

#[test]
fn without_its_script_and_in_print_everything_is_there() {
    let page = Page::of(&[sample("irsa-basic"), sample("fail-open")]);
    let browser = Browser::open(1100, 900);
    let all = "return [...document.querySelectorAll('.step')].filter(e => e.offsetParent).length";
    browser.chrome("Emulation.setScriptExecutionDisabled", json!({"value": true}));
    browser.go(&page.address(""));
    browser.chrome("Emulation.setScriptExecutionDisabled", json!({"value": false}));
    assert_eq!(browser.run("return document.documentElement.className"), "", "the script did not run");
    assert_eq!(browser.run(all), 12);
    browser.go("about:blank");
    browser.go(&page.address(""));
    assert_eq!(browser.run(all), 1);
    browser.chrome("Emulation.setEmulatedMedia", json!({"media": "print"}));
    assert_eq!(browser.run(all), 12);
    assert_eq!(browser.run("return [...document.querySelectorAll('.bar')].filter(e => e.offsetParent).length"), 0);
    nothing_went_wrong(&browser, &page);
}

#[test]
fn nothing_runs_over_the_side_of_any_window() {
    let page = Page::of(&[sample("capstone"), sample("truncated-event"), sample("fail-closed-timeout")]);
    let mut looked_at = 0;
    for width in [420, 800, 1100, 1500] {
        let browser = Browser::open(width, 900);
        for (hash, scheme) in [("#pod=1&step=6", "light"), ("#pod=2&step=1", "dark"), ("#pod=3&step=4", "light")] {
            browser.chrome(
                "Emulation.setDeviceMetricsOverride",
                json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false}),
            );
            browser.chrome("Emulation.setEmulatedMedia", json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]}));
            browser.go(&page.address(hash));
            let over = browser.run("return document.documentElement.scrollWidth - innerWidth");
            assert!(over.as_i64().unwrap() <= 0, "{width} {hash}: {over} pixels over");
            let paper = browser.run("return getComputedStyle(document.body).backgroundColor");
            assert_eq!(paper == "rgb(20, 22, 26)", scheme == "dark", "{paper}");
            looked_at += 1;
        }
        nothing_went_wrong(&browser, &page);
    }
    assert_eq!(looked_at, 12);
}
