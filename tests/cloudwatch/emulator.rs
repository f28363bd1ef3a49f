//! CloudWatch emulators on loopback, each started on a free port by the test that needs it and ended with it.

use aws_sdk_cloudwatchlogs::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use aws_sdk_cloudwatchlogs::{Client, Config};
use aws_smithy_http_client::Builder;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

pub struct Emulator {
    server: Child,
    pub url: String,
}

impl Emulator {
    /// moto: gives back every event of a group, whatever the query; no statistics, no GetLogRecord.
    pub fn moto() -> Emulator {
        Emulator::start("moto_server", &["-H", "127.0.0.1", "-p", "0"])
    }

    /// ministack: filters by stream, counts, pages, and knows GetLogRecord.
    pub fn ministack() -> Emulator {
        Emulator::start("ministack", &[])
    }

    fn start(program: &str, args: &[&str]) -> Emulator {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv/bin").join(program);
        assert!(
            program.exists(),
            "{} is missing: run tests/emulators/install once, it installs the CloudWatch emulators",
            program.display()
        );
        let mut server = Command::new(&program)
            .args(args)
            // ministack's: without the first it listens on all interfaces, without the last also for MQTT.
            .envs([("BIND_HOST", "127.0.0.1"), ("GATEWAY_PORT", "0"), ("IOT_MTLS_ENABLED", "0")])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the emulator starts");
        let mut lines = BufReader::new(server.stderr.take().expect("stderr is piped")).lines();
        let url = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once("Running on ")?.1.split_whitespace().next()?.to_owned()))
            .expect("the emulator says where it listens");
        // Nobody reads on, but a full pipe would stop the server.
        std::thread::spawn(move || lines.for_each(drop));
        Emulator { server, url }
    }

    /// Makes the log group of a cluster with these events in an audit stream, all of them now, a millisecond apart.
    pub fn put(&self, cluster: &str, stream: &str, events: &[String]) {
        let group = format!("/aws/eks/{cluster}/cluster");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let client = self.client();
            // A second stream finds the group there.
            let _ = client.create_log_group().log_group_name(&group).send().await;
            client.create_log_stream().log_group_name(&group).log_stream_name(stream).send().await.expect("a stream");
            let begin = chrono::Utc::now().timestamp_millis() - i64::try_from(events.len()).expect("a number");
            let event =
                |(place, text): (i64, &String)| InputLogEvent::builder().timestamp(begin + place).message(text).build().expect("an event");
            let events: Vec<InputLogEvent> = (0..).zip(events).map(event).collect();
            for batch in events.chunks(1_000) {
                let call = client.put_log_events().log_group_name(&group).log_stream_name(stream);
                call.set_log_events(Some(batch.to_vec())).send().await.expect("events are taken");
            }
        });
    }

    fn client(&self) -> Client {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .endpoint_url(&self.url)
            .http_client(Builder::new().build_http())
            .build();
        Client::from_conf(config)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
