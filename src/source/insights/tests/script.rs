//! A scripted CloudWatch Logs: a function from calls to answers, under the real SDK client.

use crate::source::insights::{Progress, Status, client};
use aws_credential_types::provider::{error::CredentialsError, future};
use aws_sdk_cloudwatchlogs::config::http::{HttpRequest, HttpResponse};
use aws_sdk_cloudwatchlogs::config::{BehaviorVersion, Credentials, ProvideCredentials, Region, SharedCredentialsProvider};
use aws_sdk_cloudwatchlogs::{Client, Config};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::result::ConnectorError;
use serde_json::{Value, json};
use std::fmt;
use std::sync::{Arc, Mutex};

/// The stream that every scripted group of EKS has.
pub const AUDIT_STREAM: &str = "kube-apiserver-audit-0a1b";

/// One call as the service sees it.
pub struct Call {
    /// `StartQuery`.
    pub operation: &'static str,
    /// How many of the same operation came before.
    pub nth: usize,
    /// The request.
    pub body: Value,
}

/// What the service answers.
pub struct Answer {
    status: u16,
    body: Value,
}

impl Answer {
    /// 200.
    pub fn ok(body: Value) -> Answer {
        Answer { status: 200, body }
    }

    /// The same with one more field.
    pub fn with(mut self, field: &str, value: Value) -> Answer {
        self.body[field] = value;
        self
    }
}

impl Call {
    /// What a service in good order answers: the group that was asked for, one audit stream, `query-0`, `query-1`, ...
    pub fn usual(&self) -> Answer {
        Answer::ok(match self.operation {
            "DescribeLogGroups" => {
                let arn =
                    self.body["logGroupIdentifiers"][0].as_str().and_then(|arn| arn.rsplit_once("log-group:")).map(|(_, name)| json!(name));
                json!({"logGroups": [{"logGroupName": arn.unwrap_or_else(|| self.body["logGroupNamePrefix"].clone())}]})
            }
            "DescribeLogStreams" => json!({"logStreams": [{"logStreamName": AUDIT_STREAM}]}),
            "StartQuery" => json!({"queryId": format!("query-{}", self.nth)}),
            "StopQuery" => json!({"success": true}),
            other => panic!("the script has no answer to {other}"),
        })
    }

    /// An error in the wire format of `awsJson1_1`.
    pub fn refused(&self, status: u16, code: &str, message: &str) -> Answer {
        Answer { status, body: json!({"__type": code, "message": message}) }
    }
}

/// A result.
pub fn rows(status: &str, rows: &[Value]) -> Answer {
    Answer::ok(json!({"status": status, "results": rows}))
}

/// A row with an event of this auditID.
pub fn row(audit_id: &str, time: &str) -> Value {
    let field = |field: &str, value: String| json!({"field": field, "value": value});
    json!([field("@timestamp", format!("2026-11-23 {time}")), field("@message", event(audit_id)), field("@ptr", format!("ptr-{audit_id}"))])
}

/// An event about the Pod default/aws-cli.
pub fn event(audit_id: &str) -> String {
    let object = json!({"resource": "pods", "namespace": "default", "name": "aws-cli", "apiVersion": "v1"});
    json!({
        "kind": "Event", "auditID": audit_id, "stage": "ResponseComplete", "verb": "create", "objectRef": object,
        "requestReceivedTimestamp": "2026-11-23T03:00:00.000000Z", "stageTimestamp": "2026-11-23T03:00:00.000000Z",
    })
    .to_string()
}

type Play = dyn Fn(&Call) -> Answer + Send + Sync;

/// A service that plays a script, and remembers what it was asked.
#[derive(Clone)]
pub struct Script {
    /// `None` cannot be reached.
    play: Option<Arc<Play>>,
    calls: Arc<Mutex<Vec<(&'static str, Value)>>>,
    credentials: SharedCredentialsProvider,
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Script")
    }
}

const OPERATIONS: [&str; 6] = ["DescribeLogGroups", "DescribeLogStreams", "StartQuery", "GetQueryResults", "GetLogRecord", "StopQuery"];

impl Script {
    /// A service that answers.
    pub fn new(play: impl Fn(&Call) -> Answer + Send + Sync + 'static) -> Script {
        let credentials = SharedCredentialsProvider::new(Credentials::new("AKIDEXAMPLE", "secret", None, None, "script"));
        Script { play: Some(Arc::new(play)), calls: Arc::default(), credentials }
    }

    /// A service that is not there.
    pub fn unreachable() -> Script {
        Script { play: None, ..Script::new(Call::usual) }
    }

    /// A service that nobody has credentials for.
    pub fn without_credentials() -> Script {
        Script { credentials: SharedCredentialsProvider::new(Nobody), ..Script::new(Call::usual) }
    }

    /// A real client.
    pub fn client(&self) -> Client {
        let connector = self.clone();
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(self.credentials.clone())
            .retry_config(client::retries())
            .http_client(http_client_fn(move |_, _| SharedHttpConnector::new(connector.clone())))
            .build();
        Client::from_conf(config)
    }

    /// Every call's operation, in order.
    pub fn operations(&self) -> Vec<String> {
        self.calls.lock().expect("calls").iter().map(|(operation, _)| (*operation).to_owned()).collect()
    }

    /// The requests of one operation.
    pub fn calls(&self, operation: &str) -> Vec<Value> {
        self.calls.lock().expect("calls").iter().filter(|(other, _)| *other == operation).map(|(_, body)| body.clone()).collect()
    }
}

impl HttpConnector for Script {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Some(play) = &self.play else {
            return HttpConnectorFuture::ready(Err(ConnectorError::io("connection refused".into())));
        };
        let target = request.headers().get("x-amz-target").expect("a target").rsplit('.').next().expect("an operation").to_owned();
        let operation = OPERATIONS.into_iter().find(|operation| *operation == target).expect("an operation that this tool may call");
        let body: Value = serde_json::from_slice(request.body().bytes().expect("a body in memory")).expect("a JSON body");
        let nth = self.calls(operation).len();
        self.calls.lock().expect("calls").push((operation, body.clone()));
        let answer = play(&Call { operation, nth, body });
        let status = answer.status.try_into().expect("a status");
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, answer.body.to_string().into())))
    }
}

#[derive(Debug)]
struct Nobody;

impl ProvideCredentials for Nobody {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Err(CredentialsError::not_loaded("nobody")))
    }
}

/// What the user was told.
#[derive(Debug, Default)]
pub struct Heard {
    /// The notices.
    pub notices: Vec<String>,
    /// The states.
    pub states: Vec<String>,
}

impl Progress for Heard {
    fn notice(&mut self, sentence: &str) {
        self.notices.push(sentence.to_owned());
    }

    fn query(&mut self, _: &str) {}

    fn status(&mut self, status: &Status<'_>) {
        self.states.push(status.state.to_owned());
    }

    fn finish(&mut self) {}
}
