//! What went wrong, as a sentence with the next step.

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_cloudwatchlogs::error::{ProvideErrorMetadata, SdkError};
use std::error::Error;

/// Why there is no answer from Logs Insights.
#[derive(Debug, thiserror::Error)]
pub enum InsightsError {
    /// The async runtime could not start.
    #[error("cannot wait for the network: {0}")]
    Runtime(#[source] std::io::Error),
    /// Nothing names a region.
    #[error("which AWS region? Give --region, set AWS_REGION, or set `region` in the AWS profile")]
    NoRegion,
    /// No provider has credentials.
    #[error(
        "no AWS credentials were found. Log in (`aws sso login`), choose a --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    )]
    NoCredentials,
    /// A provider failed.
    #[error("the AWS credentials could not be loaded: {0}. Log in again (`aws sso login`) or choose another --profile")]
    BadCredentials(String),
    /// AWS does not accept the credentials.
    #[error(
        "AWS does not accept the credentials ({0}). They are expired or wrong: log in again (`aws sso login`) or choose another --profile"
    )]
    Expired(String),
    /// A permission is missing.
    #[error(
        "{permission} is not allowed for these credentials. Add it to their IAM policy, with the other logs: permissions that the README lists. AWS says: {said}"
    )]
    Denied {
        /// `logs:StartQuery`.
        permission: String,
        /// AWS's sentence.
        said: String,
    },
    /// There is no such log group.
    #[error(
        "there is no log group {0} in this region and account. Check --cluster, --region and --profile, and that control plane \
         audit logging is on: aws eks update-cluster-config --name CLUSTER --logging \
         '{{\"clusterLogging\":[{{\"types\":[\"audit\"],\"enabled\":true}}]}}'"
    )]
    NoGroup(String),
    /// The group has no stream of audit events.
    #[error(
        "the log group {0} has no audit streams: control plane audit logging is off. Switch it on, then wait some minutes: \
         aws eks update-cluster-config --name CLUSTER --logging '{{\"clusterLogging\":[{{\"types\":[\"audit\"],\"enabled\":true}}]}}'"
    )]
    NoAuditStreams(String),
    /// The window lies before everything that the group holds.
    #[error("the window ends before {group} begins: {why}. Choose a later --end")]
    Before {
        /// The group.
        group: String,
        /// Creation or retention, with its time.
        why: String,
    },
    /// AWS does not understand the query.
    #[error("Logs Insights does not accept the query: {0}. `--print-query` shows it; please report it")]
    Malformed(String),
    /// Retried to no avail.
    #[error("AWS is throttling {0}, even after retries. Other queries of the account may be running: wait a moment and run again")]
    Throttled(&'static str),
    /// No answer at all.
    #[error("CloudWatch Logs cannot be reached: {0}. Check the network, --region, --endpoint-url and the proxy settings")]
    Unreachable(String),
    /// Any other answer.
    #[error("{operation} failed: {said}. Run again; if it stays, the AWS Health Dashboard may know more")]
    Service {
        /// The call.
        operation: &'static str,
        /// AWS's code and sentence.
        said: String,
    },
    /// A query ended without a result.
    #[error("the query ended as {0} in CloudWatch, without a full result. {1}")]
    Ended(String, &'static str),
    /// A query did not end.
    #[error("the query neither finished nor failed within 65 minutes, and was given up. Run again with a smaller window")]
    Stuck,
    /// Ctrl-C.
    #[error("interrupted; {0}")]
    Interrupted(&'static str),
}

/// What a failed call means.
pub fn of<E>(operation: &'static str, error: SdkError<E>) -> InsightsError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if let Some(credentials) = cause::<CredentialsError>(&error) {
        return match credentials {
            CredentialsError::CredentialsNotLoaded(_) => InsightsError::NoCredentials,
            other => InsightsError::BadCredentials(innermost(other)),
        };
    }
    let Some(answer) = error.as_service_error() else { return InsightsError::Unreachable(innermost(&error)) };
    let code = answer.code().unwrap_or("no error code");
    let said = answer.message().unwrap_or("no reason given");
    match code {
        "AccessDeniedException" | "AccessDenied" | "UnauthorizedOperation" => {
            InsightsError::Denied { permission: format!("logs:{operation}"), said: plain(said) }
        }
        "ExpiredTokenException"
        | "ExpiredToken"
        | "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "IncompleteSignature"
        | "MissingAuthenticationToken" => InsightsError::Expired(plain(code)),
        "ThrottlingException" | "Throttling" | "LimitExceededException" | "TooManyRequestsException" => InsightsError::Throttled(operation),
        "MalformedQueryException" => InsightsError::Malformed(plain(said)),
        _ => InsightsError::Service { operation, said: plain(&format!("{code}: {said}")) },
    }
}

/// Whether the answer was that something does not exist.
pub fn is_missing<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    error.as_service_error().and_then(ProvideErrorMetadata::code) == Some("ResourceNotFoundException")
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source())
}

fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// The last cause says the most: `connection refused`, not `dispatch failure`.
fn innermost(error: &(dyn Error + 'static)) -> String {
    plain(&chain(error).last().unwrap_or(error).to_string())
}

/// One line without control characters and the full stop that the sentence around it has.
fn plain(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.trim().trim_end_matches('.').to_owned()
}
