//! A headless Chromium, driven over WebDriver (<https://www.w3.org/TR/webdriver2/>).
//!
//! `tests/browser/install` brings `chromium` and `chromedriver` to a Debian machine.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A browser window. Closed, with everything it started, when dropped.
pub struct Browser {
    driver: Child,
    session: String,
    agent: ureq::Agent,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Opens a window of this size.
    pub fn open(width: u32, height: u32) -> Browser {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is not on this machine: run tests/browser/install");
        let mut said = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = said
            .by_ref()
            .find_map(|line| line.ok()?.split_once("started successfully on port ")?.1.trim_end_matches('.').parse::<u16>().ok())
            .expect("chromedriver says its port");
        // It must be able to go on talking.
        std::thread::spawn(move || said.for_each(drop));
        let profile = tempfile::tempdir().unwrap();
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().into();
        let mut browser = Browser { driver, session: format!("http://127.0.0.1:{port}/session"), agent, _profile: profile };
        let arguments = [
            "--headless",
            // Chromium's sandbox does not start for root, and tests often run as root.
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            &format!("--window-size={width},{height}"),
            &format!("--user-data-dir={}", browser._profile.path().display()),
        ]
        .map(String::from);
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "unhandledPromptBehavior": "ignore",
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            "goog:chromeOptions": {"args": arguments},
        }}});
        let made = browser.post("", wanted);
        browser.session = format!("{}/{}", browser.session, made["sessionId"].as_str().expect("a session"));
        browser
    }

    fn post(&self, command: &str, body: Value) -> Value {
        let mut answer = self.agent.post(format!("{}{command}", self.session)).send_json(body).unwrap();
        let answer: Value = answer.body_mut().read_json().unwrap();
        assert!(answer["value"].get("error").is_none(), "{command}: {}", answer["value"]);
        answer["value"].clone()
    }

    /// Goes to an address.
    pub fn go(&self, address: &str) {
        self.post("/url", json!({"url": address}));
    }

    /// What a script returns in the page.
    pub fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", json!({"script": script, "args": []}))
    }

    /// Clicks, as a mouse does, on the first element that matches.
    pub fn click(&self, selector: &str) {
        let found = self.post("/element", json!({"using": "css selector", "value": selector}));
        let id = found.as_object().unwrap().values().next().unwrap().as_str().unwrap().to_owned();
        self.post(&format!("/element/{id}/click"), json!({}));
    }

    /// Presses and releases a key (<https://www.w3.org/TR/webdriver2/#keyboard-actions>).
    pub fn press(&self, key: char) {
        let actions = json!([{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]);
        self.post("/actions", json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}));
    }

    /// A command of Chrome's own protocol.
    pub fn chrome(&self, command: &str, parameters: Value) -> Value {
        self.post("/goog/cdp/execute", json!({"cmd": command, "params": parameters}))
    }

    /// What was written to the console since the last time.
    pub fn console(&self) -> Vec<String> {
        let entries = self.post("/se/log", json!({"type": "browser"}));
        entries.as_array().unwrap().iter().map(|entry| entry["message"].to_string()).collect()
    }

    /// The addresses that pages asked for since the last time; the browser's own pages do not count.
    pub fn requests(&self) -> Vec<String> {
        let entries = self.post("/se/log", json!({"type": "performance"}));
        let sent = |entry: &Value| {
            let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let parameters = &message["message"]["params"];
            let is_request = message["message"]["method"] == "Network.requestWillBeSent";
            let is_own = parameters["documentURL"].as_str().is_some_and(|page| page.starts_with("chrome:"));
            (is_request && !is_own).then(|| parameters["request"]["url"].as_str().unwrap_or("").to_owned())
        };
        entries.as_array().unwrap().iter().filter_map(sent).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Closing the session ends Chromium; then its driver has nothing left to do.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
