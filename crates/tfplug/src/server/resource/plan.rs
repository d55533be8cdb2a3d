//! `PlanResourceChange`: what applying the configuration would lead to.
//!
//! The order is that of terraform-plugin-framework, so that whoever knows it knows this:
//!
//! 1. defaults, where the configuration gives no value;
//! 2. write-only values are taken out;
//! 3. what the provider computes becomes unknown, if anything changes;
//! 4. the attributes' plan modifiers;
//! 5. the resource's own `plan`.
//!
//! A plan to destroy only has the last step.

use super::{consistency, identity};
use crate::{
    context::{Call, DeferredReason, Private},
    diagnostic::{Diagnostic, Diagnostics, Result},
    erased::AnyResource,
    proto::tfplugin6 as proto,
    resource::Change,
    schema::{
        Block, Nesting,
        pairing::Content,
        plan::{AttributePlan, PlanModifier},
        walk::{each_planned, fill_in_blocks},
    },
    server::{
        guard::{guard, guard_sync},
        shared::Shared,
        validate::require,
        wire,
    },
    value::{Path, Value},
};

impl Shared {
    pub(in crate::server) async fn plan_resource_change(
        &self,
        request: &proto::plan_resource_change::Request,
    ) -> proto::plan_resource_change::Response {
        let mut response = proto::plan_resource_change::Response {
            planned_state: request.proposed_new_state.clone(),
            planned_private: request.prior_private.clone(),
            planned_identity: request.prior_identity.clone(),
            ..Default::default()
        };
        let mut diagnostics = Diagnostics::NONE;
        if let Err(errors) = self.plan(request, &mut response, &mut diagnostics).await {
            diagnostics.append(errors);
        }
        response.diagnostics = wire::diagnostics(diagnostics);
        response
    }

    async fn plan(
        &self,
        request: &proto::plan_resource_change::Request,
        response: &mut proto::plan_resource_change::Response,
        diagnostics: &mut Diagnostics,
    ) -> Result<()> {
        let resource = self.resource(&request.type_name)?;
        let ty = resource.ty();
        let block = resource.schema().root();
        let prior = wire::decode_state(request.prior_state.as_ref(), ty)?;
        let mut planned = wire::decode_state(request.proposed_new_state.as_ref(), ty)?;
        let config = match planned {
            Value::Null => wire::decode_state(request.config.as_ref(), ty)?,
            _ => wire::decode_config(request.config.as_ref(), block, ty)?,
        };

        let mut requires_replace = Vec::new();
        if !planned.is_null() {
            require(block, &config)?;
            // Equalities and plan modifiers are a provider's code too.
            guard_sync(&request.type_name, || {
                let refined = refine(block, &mut planned, &config, &prior);
                requires_replace = refined.requires_replace;
                diagnostics.append(refined.diagnostics);
                Ok(())
            })?;
            if diagnostics.has_errors() {
                return Ok(());
            }
            refuse_merged_elements(block, &planned, &config)?;
        }

        let mut cx = self.call(request.client_capabilities.as_ref());
        cx.private = Private::from_bytes(&request.prior_private);
        cx.planned_private =
            Some(&request.planned_private).filter(|it| !it.is_empty()).map(|it| Private::from_bytes(it));
        cx.config = config;
        if let Some(meta) = self.meta_type() {
            cx.provider_meta = wire::decode(request.provider_meta.as_ref(), meta)?;
        }
        let mut change = Change {
            config: Some(cx.config.clone()).filter(|_| !planned.is_null()),
            prior: Some(prior).filter(|prior| !prior.is_null()),
            planned: Some(planned).filter(|planned| !planned.is_null()),
            requires_replace,
        };
        let waits = self.defers(request.client_capabilities.as_ref());
        cx.deferred = waits.then_some(DeferredReason::ProviderConfigUnknown);
        if !waits || resource.plans_without_provider() {
            let result = guard(&request.type_name, resource.plan(&mut cx, &mut change)).await;
            diagnostics.append(std::mem::take(&mut cx.diagnostics));
            result?;
        }
        self.answer_plan(&request.type_name, resource, change, cx, response, diagnostics)
    }

    fn answer_plan(
        &self,
        type_name: &str,
        resource: &dyn AnyResource,
        change: Change<Value>,
        cx: Call,
        response: &mut proto::plan_resource_change::Response,
        diagnostics: &mut Diagnostics,
    ) -> Result<()> {
        let mut planned = change.planned.unwrap_or(Value::Null);
        remove_write_only(resource.schema().root(), &mut planned);
        if change.prior.is_none() {
            forget_informational(resource.schema().root(), &mut planned, &cx.config);
        }
        fill_in_blocks(resource.schema().root(), &mut planned);
        if self.checks_itself && !planned.is_null() && cx.deferred.is_none() {
            let prior = change.prior.as_ref().unwrap_or(&Value::Null);
            let block = resource.schema().root();
            diagnostics.append(consistency::check_plan(type_name, block, &planned, &cx.config, prior));
        }
        // Terraform replaces only where a path is named and something there changes; naming one in a creation would be
        // an error to it.
        let replaces = change.prior.is_some() && !planned.is_null();
        response.requires_replace =
            if replaces { change.requires_replace.iter().map(Into::into).collect() } else { Vec::new() };
        response.planned_state = Some(wire::encode(&planned, resource.ty())?);
        response.planned_private = cx.private.to_bytes().into();
        response.deferred = cx.deferred.map(Into::into);
        // The identity of what does not exist yet is not known, but for what the resource says.
        if change.prior.is_none() {
            response.planned_identity = None;
        }
        let stays = change.prior.is_some() && change.requires_replace.is_empty();
        if let Some(identity) =
            planned_identity(type_name, resource, &planned, stays, response.planned_identity.as_ref())?
        {
            response.planned_identity = Some(identity);
        }
        Ok(())
    }
}

/// What the resource says of the identity after the change. What stays the same thing keeps the one that is stored.
fn planned_identity(
    type_name: &str,
    resource: &dyn AnyResource,
    planned: &Value,
    stays: bool,
    stored: Option<&proto::ResourceIdentityData>,
) -> Result<Option<proto::ResourceIdentityData>> {
    if planned.is_null() {
        return Ok(None);
    }
    let Some(identity) = guard_sync(type_name, || resource.planned_identity(planned))? else { return Ok(None) };
    // Terraform takes no identity with unknown values for what is there.
    if stays && !identity.is_wholly_known() {
        return Ok(None);
    }
    if stays && resource.identity_schema().is_none_or(|schema| !schema.mutable) {
        consistency::check_identity(type_name, &identity::decode(stored, resource.identity_ty())?, &identity)?;
    }
    wire::encode_identity(Some(identity), resource.identity_ty())
}

/// What the modifiers say of a plan.
#[derive(Default)]
struct Refined {
    requires_replace: Vec<Path>,
    diagnostics: Diagnostics,
}

/// The steps before the resource's own, in their order.
fn refine(block: &Block, planned: &mut Value, config: &Value, prior: &Value) -> Refined {
    // Terraform proposes nothing for computed blocks, not even those that are there.
    each_computed_block(block, planned, config, prior, &mut |planned, prior| planned.clone_from(prior));
    Content::Block(block).restore_elements(planned, config);
    fill_in_defaults(block, planned, config);
    remove_write_only(block, planned);
    keep_prior_writing(block, planned, config, prior);
    if planned != prior {
        make_computed_unknown(block, planned, config);
        each_computed_block(block, planned, config, prior, &mut |planned, _| *planned = Value::UNKNOWN);
    }
    let mut refined = run_plan_modifiers(block, planned, config, prior);
    // An object's steps see it before those of what is in it, which may take a change back. Terraform looks again as
    // well.
    let changes = |path: &Path| planned.at(path).unwrap_or(&Value::Null) != prior.at(path).unwrap_or(&Value::Null);
    refined.requires_replace.retain(changes);
    refined
}

/// Terraform would call it a mistake in the provider that there are fewer elements than are configured.
fn refuse_merged_elements(block: &Block, planned: &Value, config: &Value) -> Result<()> {
    let Some(path) = Content::Block(block).merged_elements(planned, config) else { return Ok(()) };
    let detail = format!(
        "Two elements of {path} are one and the same with what they have by default or had before. Remove one of them, \
         or set what tells them apart."
    );
    Err(Diagnostic::error("Two elements of a set are the same", detail).at(path).into())
}

fn fill_in_defaults(block: &Block, planned: &mut Value, config: &Value) {
    // What the default of an object says of what is in it stands before the defaults in there.
    let mut filled: Option<Path> = None;
    each_planned(block, planned, config, None, &mut |place| {
        let is_filled = filled.as_ref().is_some_and(|outer| place.path.is_within(outer));
        if !is_filled {
            filled = None;
        }
        if !place.config.is_null() || (is_filled && !place.planned.is_null()) {
            return;
        }
        if let Some(default) = place.attribute.default_in(place.path, config) {
            *place.planned = default;
            filled = filled.take().or_else(|| Some(place.path.clone()));
        }
    });
}

pub(super) fn remove_write_only(block: &Block, value: &mut Value) {
    each_planned(block, value, &Value::Null, None, &mut |place| {
        if place.attribute.write_only {
            *place.planned = Value::Null;
        }
    });
}

/// What others can change is only known once it exists.
fn forget_informational(block: &Block, planned: &mut Value, config: &Value) {
    each_planned(block, planned, config, None, &mut |place| {
        if place.attribute.informational && (place.config.is_null() || place.config.is_unknown()) {
            *place.planned = Value::UNKNOWN;
        }
    });
}

/// After a change, what others may have changed meanwhile is as it was planned.
pub(super) fn keep_informational(block: &Block, state: &mut Value, planned: &Value) {
    // An element of a set is found again by what others could not make different.
    let mut lasting = planned.clone();
    each_planned(block, &mut lasting, &Value::Null, None, &mut |place| {
        if place.attribute.informational {
            *place.planned = Value::Null;
        }
    });
    each_planned(block, state, &lasting, Some(planned), &mut |place| {
        if place.attribute.informational
            && let Some(planned) = place.prior
            && !planned.is_unknown()
        {
            *place.planned = planned.clone();
        }
    });
}

/// A configuration that says in other words what the state holds is no change.
fn keep_prior_writing(block: &Block, planned: &mut Value, config: &Value, prior: &Value) {
    each_planned(block, planned, config, Some(prior), &mut |place| {
        if let Some(prior) = place.prior
            && !place.attribute.writing_counts
            && place.attribute.means_the_same(prior, place.config)
        {
            *place.planned = prior.clone();
        }
    });
}

fn make_computed_unknown(block: &Block, planned: &mut Value, config: &Value) {
    each_planned(block, planned, config, None, &mut |place| {
        let attribute = place.attribute;
        if attribute.computed && !attribute.has_default() && place.config.is_null() {
            *place.planned = Value::UNKNOWN;
        }
    });
}

/// Visits the blocks that are the provider's because none are written, with what was there before. A Terraform that
/// does not know of such blocks sends none as an empty list or set, and not as null.
fn each_computed_block(
    block: &Block,
    planned: &mut Value,
    config: &Value,
    prior: &Value,
    visit: &mut dyn FnMut(&mut Value, &Value),
) {
    let Value::Object(values) = planned else { return };
    for (name, nested) in block.blocks() {
        let Some(planned) = values.get_mut(name) else { continue };
        let (content, config, prior) = (nested.content(), config.attribute(name), prior.attribute(name));
        match (nested.nesting(), planned, config) {
            (Nesting::Single, planned, config) => each_computed_block(content, planned, config, prior, visit),
            (_, planned, Value::Null) if nested.computed => visit(planned, prior),
            (Nesting::List, Value::List(planned), Value::List(config)) => {
                for (index, (planned, config)) in planned.iter_mut().zip(config).enumerate() {
                    let prior = prior.at(&Path::ROOT.then_index(index)).unwrap_or(&Value::Null);
                    each_computed_block(content, planned, config, prior, visit);
                }
            }
            _ => {}
        }
    }
}

fn run_plan_modifiers(block: &Block, planned: &mut Value, config: &Value, prior: &Value) -> Refined {
    let prior = Some(prior).filter(|prior| !prior.is_null());
    let whole = Whole { config, prior };
    let mut refined = Refined::default();
    each_planned(block, planned, config, prior, &mut |place| {
        let modifiers = &place.attribute.plan_modifiers;
        if whole.modify(modifiers, place.path, place.config, place.prior, place.planned, &mut refined.diagnostics) {
            let path = place.path.truncated(place.reachable);
            if !refined.requires_replace.contains(&path) {
                refined.requires_replace.push(path);
            }
        }
    });
    whole.modify_blocks(block, &Path::ROOT, (planned, config, prior), &mut refined);
    refined
}

/// What every modifier may look at.
struct Whole<'a> {
    config: &'a Value,
    prior: Option<&'a Value>,
}

impl Whole<'_> {
    /// Runs the modifiers of one place. Returns whether the resource is to be replaced.
    fn modify(
        &self,
        modifiers: &[PlanModifier],
        path: &Path,
        config: &Value,
        prior: Option<&Value>,
        planned: &mut Value,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        let mut attribute = AttributePlan {
            path,
            config,
            prior,
            planned,
            creates: self.prior.is_none(),
            whole_config: self.config,
            whole_prior: self.prior,
            requires_replace: false,
            diagnostics: Diagnostics::NONE,
        };
        modifiers.iter().for_each(|modifier| modifier.run(&mut attribute));
        diagnostics.append(attribute.diagnostics);
        attribute.requires_replace
    }

    /// Runs the modifiers of blocks, and of the blocks in those that are there once. Which element of a list or set was
    /// which before, only their attributes tell.
    fn modify_blocks(
        &self,
        block: &Block,
        at: &Path,
        (planned, config, prior): (&mut Value, &Value, Option<&Value>),
        refined: &mut Refined,
    ) {
        let Value::Object(values) = planned else { return };
        for (name, nested) in block.blocks() {
            let Some(planned) = values.get_mut(name) else { continue };
            let (path, config) = (at.then_attribute(name), config.attribute(name));
            let prior = prior.map(|prior| prior.attribute(name));
            let modifiers = &nested.plan_modifiers;
            if self.modify(modifiers, &path, config, prior, planned, &mut refined.diagnostics) {
                refined.requires_replace.push(path.clone());
            }
            self.modify_blocks(nested.content(), &path, (planned, config, prior), refined);
        }
    }
}

#[cfg(test)]
mod tests;
