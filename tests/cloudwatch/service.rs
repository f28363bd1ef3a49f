//! A CloudWatch over plain HTTP on loopback that answers GetQueryResults always the same.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};

pub struct Service {
    pub url: String,
    /// The operations in the order in which they are called, each before its answer is sent.
    pub calls: Receiver<String>,
}

impl Service {
    pub fn answering(results: &'static str) -> Service {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (called, calls) = channel();
        std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let called = called.clone();
                std::thread::spawn(move || serve(connection, results, &called));
            }
        });
        Service { url, calls }
    }
}

fn serve(connection: TcpStream, results: &str, called: &Sender<String>) -> Option<()> {
    let mut answers = connection.try_clone().ok()?;
    let mut requests = BufReader::new(connection);
    loop {
        let (mut operation, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            requests.read_line(&mut line).ok().filter(|read| *read > 0)?;
            match line.trim().split_once(": ") {
                Some((name, target)) if name.eq_ignore_ascii_case("x-amz-target") => operation = target.rsplit('.').next()?.to_owned(),
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().ok()?,
                _ if line.trim().is_empty() => break,
                _ => {}
            }
        }
        requests.by_ref().take(length).read_to_end(&mut Vec::new()).ok()?;
        let body = match operation.as_str() {
            "DescribeLogGroups" => r#"{"logGroups":[{"logGroupName":"/aws/eks/prod/cluster"}]}"#,
            "DescribeLogStreams" => r#"{"logStreams":[{"logStreamName":"kube-apiserver-audit-0a1b"}]}"#,
            "StartQuery" => r#"{"queryId":"query-0"}"#,
            "GetQueryResults" => results,
            _ => r#"{"success":true}"#,
        };
        called.send(operation).ok()?;
        write!(answers, "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\n\r\n{body}", body.len())
            .ok()?;
    }
}
