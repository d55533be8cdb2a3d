//! List resources: `ValidateListResourceConfig`, `ListResource`.

use std::sync::Arc;

use futures_util::StreamExt as _;
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::{Status, codegen::BoxStream};
use tracing::Instrument as _;

use super::{
    guard::{guard, guard_sync},
    shared::Shared,
    validate::{attributes, collect, own_check, require},
    wire,
};
use crate::{
    diagnostic::{Diagnostic, Diagnostics, Result},
    list::{Event, Sink},
    proto::tfplugin6 as proto,
    schema::walk::fill_in_blocks,
};

impl Shared {
    pub(super) fn validate_list_resource_config(
        &self,
        request: &proto::validate_list_resource_config::Request,
    ) -> proto::validate_list_resource_config::Response {
        let diagnostics = collect(|diagnostics| {
            let list = self.list_of(&request.type_name)?;
            let config = wire::decode_config(request.config.as_ref(), list.schema().root(), list.ty())?;
            attributes(&request.type_name, list.schema().root(), &config, false, diagnostics)?;
            own_check(diagnostics, guard_sync(&request.type_name, || list.validate(&config)))
        });
        proto::validate_list_resource_config::Response { diagnostics }
    }

    /// What is found goes out as it is found; errors come last.
    pub(super) fn list_resource(
        self: &Arc<Self>,
        request: proto::list_resource::Request,
    ) -> BoxStream<proto::list_resource::Event> {
        let (events, found) = mpsc::unbounded_channel::<Event>();
        let inner = Arc::clone(self);
        let (served, type_name) = (Arc::clone(self), request.type_name.clone());
        let finish = async move {
            let mut diagnostics = Diagnostics::NONE;
            if let Err(errors) = inner.listed(&request, events, &mut diagnostics).await {
                diagnostics.append(errors);
            }
            diagnostics
        };
        let finish = tokio::spawn(finish.in_current_span());
        let found = UnboundedReceiverStream::new(found).map(move |event| Ok(served.event(&type_name, event)));
        let end = futures_util::stream::once(finish).filter_map(async |finished| {
            let diagnostics =
                finished.unwrap_or_else(|error| Diagnostic::error("Listing ended early", error.to_string()).into());
            let event =
                proto::list_resource::Event { diagnostic: wire::diagnostics(diagnostics), ..Default::default() };
            Some(Ok(event))
                .filter(|event: &Result<_, Status>| event.as_ref().is_ok_and(|event| !event.diagnostic.is_empty()))
        });
        Box::pin(found.chain(end))
    }

    /// Something that was found, or why it cannot be told.
    fn event(&self, type_name: &str, event: Event) -> proto::list_resource::Event {
        let encoded = || -> Result<proto::list_resource::Event> {
            let (identity, display_name, state) = match event {
                Event::Found { identity, display_name, resource } => (identity, display_name, resource),
                Event::Told(diagnostics) => return Err(diagnostics),
            };
            let resource = self.resource(type_name)?;
            let state = state.map(|mut state| {
                fill_in_blocks(resource.schema().root(), &mut state);
                wire::encode(&state, resource.ty())
            });
            Ok(proto::list_resource::Event {
                identity: wire::encode_identity(Some(identity), resource.identity_ty())?,
                display_name,
                resource_object: state.transpose()?,
                diagnostic: Vec::new(),
            })
        };
        encoded().unwrap_or_else(|errors| proto::list_resource::Event {
            diagnostic: wire::diagnostics(errors),
            ..Default::default()
        })
    }

    async fn listed(
        &self,
        request: &proto::list_resource::Request,
        events: mpsc::UnboundedSender<Event>,
        diagnostics: &mut Diagnostics,
    ) -> Result<()> {
        let list = self.list_of(&request.type_name)?;
        let config = wire::decode_config(request.config.as_ref(), list.schema().root(), list.ty())?;
        require(list.schema().root(), &config)?;
        let resource = self.resource(&request.type_name)?;
        let Some(identity_type) = resource.identity_ty() else {
            let summary = format!("{} has no identity", request.type_name);
            return Err(Diagnostic::error(summary, "What cannot be identified cannot be listed.").into());
        };
        let mut sink = Sink {
            identity_type: identity_type.clone(),
            resource_type: Arc::clone(resource.ty()),
            include_resource: request.include_resource_object,
            remaining: u64::try_from(request.limit).ok().filter(|limit| *limit > 0),
            events,
        };
        let mut cx = self.call(None);
        let result = guard(&request.type_name, list.list(&mut cx, &config, &mut sink)).await;
        diagnostics.append(std::mem::take(&mut cx.diagnostics));
        result
    }
}
