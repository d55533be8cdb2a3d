//! `ApplyResourceChange`: does what was planned. The answer holds the state that was reached, also beside an error.

use super::{consistency, make_storable, plan, semantic};
use crate::{
    context::{Call, Private},
    diagnostic::{Diagnostics, Result},
    erased::AnyResource,
    proto::tfplugin6 as proto,
    server::{
        guard::{guard, guard_sync},
        shared::Shared,
        validate::require,
        wire,
    },
    value::Value,
};

impl Shared {
    pub(in crate::server) async fn apply_resource_change(
        &self,
        request: &proto::apply_resource_change::Request,
    ) -> proto::apply_resource_change::Response {
        let mut response = proto::apply_resource_change::Response {
            new_state: request.prior_state.clone(),
            private: request.planned_private.clone(),
            new_identity: request.planned_identity.clone(),
            ..Default::default()
        };
        let mut diagnostics = Diagnostics::NONE;
        if let Err(errors) = self.apply(request, &mut response, &mut diagnostics).await {
            diagnostics.append(errors);
        }
        response.diagnostics = wire::diagnostics(diagnostics);
        response
    }

    async fn apply(
        &self,
        request: &proto::apply_resource_change::Request,
        response: &mut proto::apply_resource_change::Response,
        diagnostics: &mut Diagnostics,
    ) -> Result<()> {
        let resource = self.resource(&request.type_name)?;
        let ty = resource.ty();
        let prior = wire::decode_state(request.prior_state.as_ref(), ty)?;
        let planned = wire::decode_state(request.planned_state.as_ref(), ty)?;
        let mut cx = self.call(None);
        cx.private = Private::from_bytes(&request.planned_private);
        cx.config = wire::decode_state(request.config.as_ref(), ty)?;
        if !planned.is_null() {
            require(resource.schema().root(), &cx.config)?;
        }
        if let Some(meta) = self.meta_type() {
            cx.provider_meta = wire::decode(request.provider_meta.as_ref(), meta)?;
        }

        let (mut state, errors) = carry_out(&request.type_name, resource, &mut cx, &prior, &planned).await;
        diagnostics.append(std::mem::take(&mut cx.diagnostics));
        diagnostics.append(errors);
        let block = resource.schema().root();
        make_storable(block, &mut state);
        // Whatever goes wrong from here on, what was reached is in the answer.
        let compared = guard_sync(&request.type_name, || {
            semantic::keep_older_writing(block, &mut state, &planned);
            if !prior.is_null() && !state.is_null() && !diagnostics.has_errors() {
                plan::keep_informational(block, &mut state, &planned);
            }
            Ok(())
        });
        diagnostics.append(compared.err().unwrap_or_default());
        if diagnostics.has_errors() {
            // Terraform refuses a state with unknown values, and with it would be lost what did happen.
            forget_unknown(&mut state);
        } else if self.checks_itself {
            diagnostics.append(consistency::check_apply(&request.type_name, block, &planned, &state));
        }
        response.new_state = Some(wire::encode(&state, ty)?);
        response.private = cx.private.to_bytes().into();
        // What a replacement creates is another thing, and so is what is created.
        let stored = request.planned_identity.clone().filter(|_| !prior.is_null() && !state.is_null());
        let identity = Self::identity_of(&request.type_name, resource, &state, stored.as_ref());
        response.new_identity = stored;
        if let Some(identity) = identity? {
            response.new_identity = Some(identity);
        }
        Ok(())
    }
}

/// Creates, changes or destroys, and returns the state that was reached and what went wrong.
async fn carry_out(
    type_name: &str,
    resource: &dyn AnyResource,
    cx: &mut Call,
    prior: &Value,
    planned: &Value,
) -> (Value, Diagnostics) {
    let result = match (prior.is_null(), planned.is_null()) {
        (true, true) => Ok(Value::Null),
        (true, false) => guard(type_name, resource.create(cx, planned)).await,
        (false, true) => guard(type_name, resource.delete(cx, prior)).await.map(|()| Value::Null),
        (false, false) => guard(type_name, resource.update(cx, prior, planned)).await,
    };
    match result {
        Ok(state) => (state, Diagnostics::NONE),
        // Without a checkpoint nothing has happened, as far as anybody knows.
        Err(errors) => (cx.checkpoint.take().unwrap_or_else(|| prior.clone()), errors),
    }
}

fn forget_unknown(value: &mut Value) {
    match value {
        Value::Unknown(_) => *value = Value::Null,
        Value::List(elements) | Value::Tuple(elements) => elements.iter_mut().for_each(forget_unknown),
        Value::Set(elements) => {
            let known = std::mem::take(elements).into_iter().filter(Value::is_wholly_known).collect();
            *value = Value::set(known);
        }
        Value::Map(elements) | Value::Object(elements) => elements.values_mut().for_each(forget_unknown),
        Value::Dynamic(typed) => forget_unknown(&mut typed.1),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Type;

    #[test]
    fn an_unknown_value_in_any_place_becomes_none() {
        let typed = |value| Value::Dynamic(Box::new((Type::String, value)));
        let map = |value| Value::Map([("k".to_owned(), value)].into());
        for (mut value, expected) in [
            (Value::UNKNOWN, Value::Null),
            ("a".into(), "a".into()),
            (Value::List(vec![Value::UNKNOWN, "a".into()]), Value::List(vec![Value::Null, "a".into()])),
            (Value::Tuple(vec![Value::UNKNOWN, "a".into()]), Value::Tuple(vec![Value::Null, "a".into()])),
            // Elements of a set cannot be told apart once they are null.
            (Value::set(vec![Value::UNKNOWN, "a".into()]), Value::set(vec!["a".into()])),
            (map(Value::UNKNOWN), map(Value::Null)),
            (Value::object([("k", Value::UNKNOWN)]), Value::object([("k", Value::Null)])),
            (typed(Value::UNKNOWN), typed(Value::Null)),
        ] {
            forget_unknown(&mut value);
            assert_eq!(value, expected);
        }
    }
}
