//! Azure's resource log of an AKS cluster, category `kube-audit` or `kube-audit-admin`: the event is text in `properties.log`
//! (<https://learn.microsoft.com/azure/aks/monitor-aks-reference#resource-logs>).

use super::log_event;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The event's text.
pub(super) fn event(item: &[u8]) -> Result<Cow<'_, [u8]>, &'static str> {
    #[derive(Deserialize)]
    struct Entry<'a> {
        #[serde(default)]
        category: Cow<'a, str>,
        #[serde(borrow)]
        properties: Properties<'a>,
    }
    #[derive(Deserialize)]
    struct Properties<'a> {
        #[serde(borrow)]
        log: &'a RawValue,
    }
    let entry: Entry = serde_json::from_slice(item).map_err(|_| "an Azure log entry without properties.log")?;
    if !entry.category.is_empty() && !entry.category.starts_with("kube-audit") {
        return Err("an Azure log entry of another category than kube-audit");
    }
    log_event::text(entry.properties.log)
}
