//! What server groups consist of, in the words of the provider and of the API.

use std::collections::BTreeMap;

use huawei::Tag;
use tfplug::{prelude::*, schema::AttributeType as _};

/// Tags by key. A value can be null in a configuration, which the schema refuses.
pub(crate) type Tags = BTreeMap<String, Attr<String>>;

#[derive(Clone, Debug, PartialEq, Model)]
#[tf(computed)]
pub(crate) struct IpVirtual {
    /// Whether each session has an IP address of its own.
    pub(crate) enable: Attr<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Model)]
#[tf(computed)]
pub(crate) struct RoutePolicy {
    /// The most sessions on one server.
    pub(crate) max_session: Attr<i64>,
    /// Above this much CPU in use, in percent, a server gets no new sessions.
    pub(crate) cpu_threshold: Attr<i64>,
    /// Above this much GPU in use, in percent, a server gets no new sessions.
    pub(crate) gpu_threshold: Attr<i64>,
    /// Above this much memory in use, in percent, a server gets no new sessions.
    pub(crate) mem_threshold: Attr<i64>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[tf(computed)]
pub(crate) struct Product {
    /// The ID of the flavor behind the product.
    flavor_id: Attr<String>,
    /// What is sold: `BASE` is the server alone.
    r#type: Attr<String>,
    /// The processor's architecture: `x86` or `arm`.
    architecture: Attr<String>,
    /// The number of virtual CPUs.
    cpu: Attr<i64>,
    /// The memory in MB.
    memory: Attr<i64>,
    /// Whether it has a GPU.
    is_gpu: Attr<bool>,
    /// The GPU, in words.
    gpu_desc: Attr<String>,
    /// How it is billed: `1` as a subscription, `0` per use.
    charge_mode: Attr<String>,
    /// The most sessions that it is made for.
    sessions: Attr<i64>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[tf(computed)]
pub(crate) struct ScalingPolicy {
    /// Whether it does.
    enable: Attr<bool>,
    /// The most servers.
    max_scaling_amount: Attr<i64>,
    /// How many servers come at once.
    single_expansion_count: Attr<i64>,
    /// The use of sessions above which servers come, in percent.
    session_usage_threshold: Attr<i64>,
    /// After how many minutes without a session a server goes.
    shrink_after_session_idle_minutes: Attr<i64>,
    /// The use of CPU above which servers come, in percent.
    cpu_usage_threshold: Attr<i64>,
    /// The use of memory above which servers come, in percent.
    mem_usage_threshold: Attr<i64>,
    /// The use of GPU above which servers come, in percent.
    gpu_usage_threshold: Attr<i64>,
}

/// Tags as the service writes them, by key.
pub(crate) fn tags(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (tag.key.clone(), tag.value.clone().into())).collect()
}

impl IpVirtual {
    pub(crate) fn from_api(it: huawei::IpVirtual) -> Self {
        Self { enable: it.enable.into() }
    }
}

impl RoutePolicy {
    pub(crate) fn to_api(&self) -> huawei::RoutePolicy {
        huawei::RoutePolicy {
            max_session: self.max_session.as_known().copied(),
            cpu_threshold: self.cpu_threshold.as_known().copied(),
            gpu_threshold: self.gpu_threshold.as_known().copied(),
            mem_threshold: self.mem_threshold.as_known().copied(),
        }
    }

    pub(crate) fn from_api(policy: huawei::RoutePolicy) -> Self {
        Self {
            max_session: policy.max_session.into(),
            cpu_threshold: policy.cpu_threshold.into(),
            gpu_threshold: policy.gpu_threshold.into(),
            mem_threshold: policy.mem_threshold.into(),
        }
    }

    /// Whether a member is not known yet.
    pub(crate) fn awaits_values(&self) -> bool {
        [&self.max_session, &self.cpu_threshold, &self.gpu_threshold, &self.mem_threshold]
            .into_iter()
            .any(Attr::is_unknown)
    }

    pub(crate) fn resolve(&mut self, observed: Self) {
        self.max_session.resolve(observed.max_session);
        self.cpu_threshold.resolve(observed.cpu_threshold);
        self.gpu_threshold.resolve(observed.gpu_threshold);
        self.mem_threshold.resolve(observed.mem_threshold);
    }
}

/// A text as the service takes it, for which none is an empty one. Not for what must be there: see [`Attr::require`].
pub(crate) fn text_or_empty(text: &Attr<String>) -> &str {
    text.as_str().unwrap_or_default()
}

/// Whether nothing is configured: also an empty text, as a variable without a value is often written.
pub(crate) fn is_unset(text: &Attr<String>) -> bool {
    !text.is_unknown() && text_or_empty(text).is_empty()
}

/// The service writes the numbers of a product as text.
pub(crate) fn number(text: &Option<String>) -> Attr<i64> {
    text.as_deref().and_then(|text| text.trim().parse().ok()).into()
}

impl Product {
    pub(crate) fn from_api(product: &huawei::ProductInfo) -> Self {
        Self {
            flavor_id: product.flavor_id.clone().into(),
            r#type: product.product_type.clone().into(),
            architecture: product.architecture.clone().into(),
            cpu: number(&product.cpu),
            memory: number(&product.memory),
            is_gpu: product.is_gpu.into(),
            gpu_desc: product.gpu_desc.clone().into(),
            charge_mode: product.charge_mode.clone().into(),
            sessions: product.sessions.into(),
        }
    }
}

impl ScalingPolicy {
    pub(crate) fn from_api(policy: &huawei::ScalingPolicy) -> Self {
        let session = policy.scaling_policy_by_session.clone().unwrap_or_default();
        let resource = policy.scaling_policy_by_resource.clone().unwrap_or_default();
        Self {
            enable: policy.enable.into(),
            max_scaling_amount: policy.max_scaling_amount.into(),
            single_expansion_count: policy.single_expansion_count.into(),
            session_usage_threshold: session.session_usage_threshold.into(),
            shrink_after_session_idle_minutes: session.shrink_after_session_idle_minutes.into(),
            cpu_usage_threshold: resource.cpu_usage_threshold.into(),
            mem_usage_threshold: resource.mem_usage_threshold.into(),
            gpu_usage_threshold: resource.gpu_usage_threshold.into(),
        }
    }
}

/// `product_info`, as the service answers it.
pub(crate) fn product_attribute() -> Attribute {
    Product::attribute("The flavor as the service sells it (`product_info`).".to_owned()).computed()
}

/// `scaling_policy`, as the service answers it.
pub(crate) fn scaling_policy_attribute() -> Attribute {
    let description = "How the number of servers follows the need. Null where no policy is set.";
    ScalingPolicy::attribute(description.to_owned()).computed()
}
