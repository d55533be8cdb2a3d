//! What a plan says of an image: whom an update disconnects, and what else is done to the same group.

use alibaba::{Client, DeliveryGroup};
use cloud::Bounds;
use tfplug::{Attr, Change, Context, Diagnostic, Path, Result};

use super::{
    DRAINED, NAME, STARTED, UPDATES,
    model::{Model, OnDestroy},
    successor::{RESTORES, SUCCESSOR, UNFINISHED, has_successor},
};
use crate::{
    bounds::Bounded,
    clouds::{self, Clouds, alibaba_while_planning},
    delivery_group::{
        GroupRef, MAINTAIN_FAILED, MAINTAINING, Setting, image, image_obstacle,
        rollout::{Drainer, Told, drained_by, is_drained, is_still_drained},
        status,
    },
    failure::while_planning,
};

/// Refines a plan, and says what it means for people.
pub(super) async fn plan(cx: &mut Context<Clouds>, change: &mut Change<Model>) -> Result<()> {
    if let Some(state) = change.as_destroy() {
        return plan_destruction(cx, state).await;
    }
    let prior = change.prior.clone();
    let is_region_configured = change.config.as_ref().is_some_and(|config| !config.region.is_null());
    let Some(planned) = &mut change.planned else { return Ok(()) };
    note_plan(cx, planned)?;
    cx.private_mut().remove(UPDATES);
    cx.private_mut().remove(DRAINED);
    if let Some(prior) = &prior
        && prior.delivery_group_id != planned.delivery_group_id
        && let Some(previous) = prior.gives_back()
    {
        // Terraform keeps the warnings of this call, and does not ask for a plan of the destruction.
        if let Some(warning) = restoring(cx, prior, previous).await? {
            cx.private_mut().set(RESTORES, &previous)?;
            cx.warn(warning);
        }
    }
    let mut given_up = None;
    if let Some(prior) = &prior
        && prior.is_about_the_same(planned)
        && prior.image_id == planned.image_id
    {
        match running(cx, prior) {
            Some(Running::Ours(another)) => given_up = Some(another),
            running if prior.status.as_str() != Some(MAINTAIN_FAILED) => {
                return keep(cx, prior, planned, running.is_some());
            }
            _ => {}
        }
        // An update that failed is started again, and one that was given up is followed by another.
        planned.status = Attr::Unknown;
    }
    if prior.is_none() {
        cx.private_mut().set(SUCCESSOR, &planned.delivery_group_id.as_str())?;
    }
    planned.id.resolve(planned.delivery_group_id.clone());
    let Some(id) = planned.delivery_group_id.as_str() else {
        cx.warn(may_disconnect_somewhere(planned));
        return Ok(());
    };
    // The provider's configuration may still be unknown; what could be said then is said by the apply.
    let Some(client) = alibaba_while_planning(cx, planned.region.as_str())? else { return Ok(()) };
    let bounds = cx.bounds();
    let group = GroupRef::new(id, planned.product_type.as_str());
    let Some(found) = group.find(&client, &bounds).await? else {
        cx.warn(group.missing());
        return Ok(());
    };
    if prior.is_none() {
        group.check_region(planned.region.as_str(), &found)?;
        if !is_region_configured {
            planned.region = found.region_id.clone().map_or(Attr::Unknown, Attr::Known);
        }
    }
    if GroupRef::has_ended(&found) {
        cx.warn(group.will_refuse());
        return Ok(());
    }
    if Drainer::Resource.drains(&found) {
        cx.private_mut().set(DRAINED, &true)?;
        tell_of_drain(cx, id);
    } else if let Some(drained) = drained_by(&found).filter(|_| prior.is_none()) {
        // Of one that is there, the refresh says it.
        cx.warn(is_drained(id, drained));
    }
    if let Some(warning) = update_warning(&client, &found, planned, given_up.as_deref(), &bounds).await? {
        cx.private_mut().set(UPDATES, &true)?;
        cx.warn(warning.at(Path::attribute("image_id")));
        if let Some(image_id) = planned.image_id.as_str() {
            let obstacle = image_obstacle(&client, id, image_id, found.region_id.as_deref(), &bounds).await;
            obstacle.into_iter().for_each(|obstacle| cx.warn(obstacle));
        }
    }
    Ok(())
}

/// Says once in a walk that an earlier run has left a group drained: in the refresh, or, where there is none, in the
/// plan.
pub(super) fn tell_of_drain(cx: &mut Context<Clouds>, id: &str) {
    if cx.data().is_ok_and(|clouds| clouds.told_of_drains.claim(id)) {
        cx.warn(is_still_drained(id, Drainer::Resource));
    }
}

/// Plans no update: what follows from the image stays with it.
fn keep(cx: &mut Context<Clouds>, prior: &Model, planned: &mut Model, is_running: bool) -> Result<()> {
    planned.status.resolve(prior.status.clone());
    planned.image_name.resolve(prior.image_name.clone());
    planned.draining.resolve(prior.draining);
    if prior.draining.as_known() == Some(&true) {
        planned.draining = false.into();
        tell_of_drain(cx, prior.delivery_group_id.require("delivery_group_id")?);
    }
    if is_running {
        cx.warn(runs_already(prior)?);
    }
    Ok(())
}

/// Whom the planned update disconnects; nobody, where the group has the image. It may follow the update to an image
/// that was given up, which this resource began and did not await.
async fn update_warning(
    client: &Client,
    found: &DeliveryGroup,
    planned: &Model,
    given_up: Option<&str>,
    bounds: &Bounds,
) -> Result<Option<Diagnostic>> {
    let id = planned.delivery_group_id.require("delivery_group_id")?;
    let told = Told::new(client, id, &planned.rollout);
    let warning = match (planned.image_id.as_str(), given_up) {
        (Some(image_id), Some(another)) => Some(follows(&told, another, image_id, bounds).await),
        (Some(image_id), None) if image(found) != image_id || status(found) == MAINTAIN_FAILED => {
            Some(disconnects(&told, id, found, image_id, bounds).await)
        }
        (Some(image_id), None) if status(found) == MAINTAINING => Some(may_follow(&told, id, image_id, bounds).await),
        (Some(_), None) => None,
        (None, _) => Some(may_disconnect(&told, id, found, bounds).await),
    };
    match told.refusal(found).filter(|_| warning.is_some()) {
        Some(refusal) => Err(while_planning(refusal).into()),
        None => Ok(warning),
    }
}

/// Notes for the other plans of this run which image the group is to have, and warns where one of them differs.
fn note_plan(cx: &mut Context<Clouds>, planned: &Model) -> Result<()> {
    let (Ok(clouds), Some(id)) = (cx.data(), planned.delivery_group_id.as_str()) else { return Ok(()) };
    let name = clouds::name_in(cx, NAME)?;
    let group = GroupRef::new(id, planned.product_type.as_str());
    let warning = Setting::Image.plan(&clouds, &group, &name, planned.image_id.as_str());
    warning.into_iter().for_each(|warning| cx.warn(warning));
    Ok(())
}

/// An update that runs in a group whose image is the planned one.
enum Running {
    /// This resource began it, for this other image, and did not await its end.
    Ours(String),
    /// It was begun by somebody else, or by a run that ended without a word.
    Foreign,
}

fn running(cx: &Context<Clouds>, prior: &Model) -> Option<Running> {
    if prior.status.as_str() != Some(MAINTAINING) {
        return None;
    }
    match cx.private().get::<String>(STARTED) {
        Some(started) if Some(started.as_str()) == prior.image_id.as_str() => None,
        Some(started) => Some(Running::Ours(started)),
        None => Some(Running::Foreign),
    }
}

fn runs_already(prior: &Model) -> Result<Diagnostic> {
    let id = prior.delivery_group_id.require("delivery_group_id")?;
    let detail = "Its status is MAINTAINING, and this resource has not begun what runs. Which image that brings is \
                  seen when it has ended: plan again then.";
    let warning = Diagnostic::warning(format!("Delivery group {id:?} is being updated"), detail);
    Ok(warning.at(Path::attribute("image_id")))
}

/// What can be said where the image is only known after apply.
async fn may_disconnect(told: &Told<'_>, id: &str, group: &DeliveryGroup, bounds: &Bounds) -> Diagnostic {
    let people = told.people(bounds).await;
    let image = image(group);
    let detail = format!(
        "The image is only known after apply. If it is another one than {image:?}, the group is updated: {people}"
    );
    Diagnostic::warning(format!("An image update may disconnect the users of delivery group {id:?}"), detail)
}

/// What can be said where the group is only known after apply.
fn may_disconnect_somewhere(planned: &Model) -> Diagnostic {
    let image = match planned.image_id.as_str() {
        Some(image_id) => format!("If it runs another image than {image_id:?} then"),
        None => "If it runs another image then, which is only known after apply too".to_owned(),
    };
    let spared = if planned.rollout.is_null() { "" } else { ", as far as the rollout does not spare them" };
    let detail = format!(
        "Which delivery group it is for is only known after apply. {image}, it is updated: whoever uses it is cut \
         off{spared}, and what those people have not saved can be lost."
    );
    Diagnostic::warning("An image update may disconnect the users of a delivery group", detail)
        .at(Path::attribute("delivery_group_id"))
}

/// What a plan says where an update that was begun and given up is followed by another.
async fn follows(told: &Told<'_>, another: &str, image_id: &str, bounds: &Bounds) -> Diagnostic {
    let update = format!(
        "An earlier run began to give it the image {another:?}, and ended before that was done. When it is done, the \
         group is updated once more, to {image_id:?}."
    );
    told.warning(&update, bounds).await
}

/// How many people an image update cuts off, as far as the credentials may know it.
async fn disconnects(told: &Told<'_>, id: &str, group: &DeliveryGroup, image_id: &str, bounds: &Bounds) -> Diagnostic {
    let name = group.app_instance_group_name.as_deref().unwrap_or(id);
    let update = if image(group) == image_id {
        format!("The last update of {name} failed (MAINTAIN_FAILED), and it is made again, to {image_id:?}.")
    } else {
        format!("{name} goes from the image {:?} to {image_id:?}.", image(group))
    };
    let mut warning = told.warning(&update, bounds).await;
    warning.detail.push_str(" It usually takes about 2 minutes after the update until clients see the change.");
    if status(group) == MAINTAINING {
        // After a creation that did not await its end, Terraform plans another one, and tells it nothing of the first.
        warning.detail.push_str(
            " It is being updated now, and that is awaited first: where it brings this image, nothing more is sent.",
        );
    }
    warning
}

/// Says what a destruction does, and lets it know of another resource that gives the group an image.
async fn plan_destruction(cx: &mut Context<Clouds>, state: &Model) -> Result<()> {
    let id = state.delivery_group_id.require("delivery_group_id")?;
    let current = state.image_id.require("image_id")?;
    if state.draining.as_known() == Some(&true) {
        tell_of_drain(cx, id);
    }
    if let Some(previous) = state.gives_back() {
        let Some(warning) = restoring(cx, state, previous).await? else { return Ok(()) };
        let group = GroupRef::new(id, state.product_type.as_str());
        let own = cx.private().get::<String>(NAME).unwrap_or_default();
        if let Ok(clouds) = cx.data()
            && has_successor(&clouds, &group, &own, &cx.bounds()).await
        {
            return cx.private_mut().set(SUCCESSOR, &group.id);
        }
        let is_unfinished = cx.private().get(UNFINISHED).unwrap_or_default();
        if is_unfinished && cx.data().is_ok_and(|clouds| clouds.phase.is_applying()) {
            // Nobody is disconnected without an announcement: Terraform has planned what replaces it as a creation.
            return Ok(());
        }
        cx.private_mut().set(RESTORES, &previous)?;
        cx.warn(warning);
        return Ok(());
    }
    if state.on_destroy.as_known() != Some(&OnDestroy::Restore) {
        cx.warn(Diagnostic::warning(
            format!("Delivery group {id:?} keeps its image"),
            format!(
                "Terraform forgets about the image; the group goes on with {current:?}. To get the image from before \
                 Terraform back, set on_destroy = \"restore\" and apply that before the destruction."
            ),
        ));
    }
    Ok(())
}

/// Whom a destruction disconnects that gives the group another image back. What the group has by now counts, not what
/// the state says: an update that failed or was interrupted has left another image there, or may still bring one.
async fn restoring(cx: &mut Context<Clouds>, state: &Model, previous: &str) -> Result<Option<Diagnostic>> {
    let id = state.delivery_group_id.require("delivery_group_id")?;
    let Some(client) = alibaba_while_planning(cx, state.region.as_str())? else { return Ok(None) };
    let bounds = cx.bounds();
    let group = GroupRef::new(id, state.product_type.as_str());
    let Some(found) = group.find(&client, &bounds).await?.filter(|found| !GroupRef::has_ended(found)) else {
        return Ok(None);
    };
    let told = Told::new(&client, id, &state.rollout);
    let mut warning = if image(&found) != previous {
        disconnects(&told, id, &found, previous, &bounds).await
    } else if status(&found) == MAINTAINING {
        may_follow(&told, id, previous, &bounds).await
    } else {
        return Ok((status(&found) == MAINTAIN_FAILED).then(|| stays_failed(id, previous)));
    };
    // No error: what is to be destroyed would be in the way of everything else.
    if let Some(refusal) = told.refusal(&found) {
        warning.detail.push_str(&format!("\n\nIf sessions are left then, the destruction fails: {}", refusal.detail));
    }
    Ok(Some(warning))
}

/// What a plan says while an update runs whose image is not known yet, and the group is to have this one.
async fn may_follow(told: &Told<'_>, id: &str, image_id: &str, bounds: &Bounds) -> Diagnostic {
    let people = told.people(bounds).await;
    let detail = format!(
        "It is being updated now, and that is awaited first. If it has another image than {image_id:?} then, it is \
         updated once more, to that: {people}"
    );
    Diagnostic::warning(format!("An image update may disconnect the users of delivery group {id:?}"), detail)
}

/// What a plan of a destruction says where there is nothing to give back.
fn stays_failed(id: &str, previous: &str) -> Diagnostic {
    let detail = format!(
        "The group has the image {previous:?}, as before Terraform, and its last update failed (MAINTAIN_FAILED). The \
         destruction sends nothing. To have the update to this image made again, plan it with image_id = {previous:?} \
         before you destroy the resource."
    );
    Diagnostic::warning(format!("Delivery group {id:?} stays as its failed update left it"), detail)
}

/// What a destruction says that gives nothing back, because no plan could announce it: of what is in the place of
/// something that failed to be created, Terraform asks for a plan of the creation alone.
pub(super) fn not_restored(id: &str, found: &DeliveryGroup, previous: &str) -> Option<Diagnostic> {
    if image(found) == previous && status(found) != MAINTAINING {
        return None;
    }
    let has = match status(found) {
        MAINTAINING => format!("It is being updated, and has {:?} until that is done", image(found)),
        status => format!("It has the image {:?} (status {status})", image(found)),
    };
    let detail = format!(
        "{has}; it had {previous:?} before Terraform. No plan said that it is updated back, which disconnects its \
         users; so nothing was sent. To give it that image, plan a resource for it with image_id = {previous:?}."
    );
    Some(Diagnostic::warning(format!("Delivery group {id:?} keeps its image"), detail))
}
