//! The client: credentials, region, TLS, proxy, retries.

use super::{InsightsError, LiveSettings};
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::config::{Region, SharedHttpClient};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};
use std::time::Duration;

/// How often a call is made before throttling, a failing service or none at all is an error. Backoff and jitter are the
/// SDK's: these attempts take six seconds on average, twelve at most.
const ATTEMPTS: u32 = 6;
const FIRST_BACKOFF: Duration = Duration::from_millis(400);

/// A client after the settings and, for what they leave open, the usual AWS configuration. Nothing is sent to CloudWatch.
///
/// # Errors
/// [`InsightsError::NoRegion`]. Credentials are looked up with the first call.
pub async fn connect(settings: &LiveSettings) -> Result<Client, InsightsError> {
    let mut loader = aws_config::from_env()
        .http_client(https())
        .retry_config(retries())
        .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(Duration::from_secs(60)).build());
    if let Some(profile) = &settings.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &settings.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(url) = &settings.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    let config = loader.load().await;
    match config.region() {
        Some(_) => Ok(Client::new(&config)),
        None => Err(InsightsError::NoRegion),
    }
}

/// The retries of every call.
pub fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(FIRST_BACKOFF)
}

/// HTTPS through the proxy that the environment names, if any: the SDK's default client knows of none.
fn https() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector.tls_provider(Provider::Rustls(CryptoMode::Ring)).build()
    })
}
