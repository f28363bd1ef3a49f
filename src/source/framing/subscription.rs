//! What a CloudWatch Logs subscription sends: documents with `logEvents`, which Lambda gets as base64 of gzip
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html>).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem;
use serde::Deserialize;
use std::borrow::Cow;

/// Whether a document, by what stands before its log events, is one of those that only test whether the receiver lives.
pub(super) fn is_control(head: &[u8]) -> bool {
    memmem::find(head, b"\"CONTROL_MESSAGE\"").is_some()
}

/// Whether this is a Lambda event: no needle can be looked for before it is decoded.
pub(in crate::source) fn is_lambda(item: &[u8]) -> bool {
    item.strip_prefix(b"{").is_some_and(|inside| inside.trim_ascii_start().starts_with(b"\"awslogs\""))
}

/// The compressed document in a Lambda event.
pub(super) fn payload(item: &[u8]) -> Result<Vec<u8>, &'static str> {
    #[derive(Deserialize)]
    struct Lambda<'a> {
        #[serde(borrow)]
        awslogs: Data<'a>,
    }
    #[derive(Deserialize)]
    struct Data<'a> {
        #[serde(borrow)]
        data: Cow<'a, str>,
    }
    let lambda: Lambda = serde_json::from_slice(item).map_err(|_| "a Lambda event without awslogs.data")?;
    STANDARD.decode(lambda.awslogs.data.trim().as_bytes()).map_err(|_| "a Lambda event whose awslogs.data is not base64")
}
