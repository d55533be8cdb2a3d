//! What is told of people: who loses access without a line of their own, who keeps it, and who is in the way.

use alibaba::Target;
use cloud::People;
use tfplug::{Diagnostic, Path};

use super::members::Members;
use crate::failure::at_people;

pub(super) fn will_lose_access(leave: &Members, target: &Target, detail: String) -> Diagnostic {
    Diagnostic::warning(format!("{} will lose access to {}", leave.counted(), target.id()), detail)
}

/// What a plan says of removals that Terraform's own difference does not show.
pub(super) fn not_named(people: &People, leave: &Members, target: &Target) -> Diagnostic {
    let detail = format!("The authorization lists them no longer: {}.", leave.listed(people));
    at_people(people, will_lose_access(leave, target, detail), "user_names")
}

/// What a plan says of those whom an exclusive authorization removes.
pub(super) fn not_listed(people: &People, leave: &Members, target: &Target) -> Diagnostic {
    let detail = format!(
        "The authorization is exclusive, and these are authorized today without being listed: {}.",
        leave.listed(people)
    );
    will_lose_access(leave, target, detail).at(Path::attribute("exclusive"))
}

pub(super) fn may_lose_access(target: &str, detail: impl Into<String>) -> Diagnostic {
    Diagnostic::warning(format!("People may lose access to {target}"), detail)
}

pub(super) fn may_lose_access_somewhere() -> Diagnostic {
    let detail = "The authorization is exclusive, and which delivery group it is for is only known after apply. \
                  Whoever is authorized there by then and is not listed is removed.";
    may_lose_access("a delivery group", detail).at(Path::attribute("exclusive"))
}

pub(super) fn takes_one_kind(id: &str, why: &str) -> Diagnostic {
    let detail = format!("The service would refuse the second kind when the first is there. {why}");
    Diagnostic::error(format!("{id} takes either users or user groups"), detail).at(Path::attribute("user_group_ids"))
}

/// What a plan says where the other kind is another authorization's.
pub(super) fn in_the_way_of_this_kind(people: &People, others: &Members, id: &str) -> Diagnostic {
    let detail = format!(
        "These are another authorization's, or are given up by it in this run: {}. The service takes those who are \
         listed here only when these are gone, so that nobody can use the group in between. Where Terraform comes to \
         this one first, the apply fails, and the next one adds them.",
        others.listed(people)
    );
    let warning = Diagnostic::warning(format!("{id} takes either users or user groups"), detail);
    at_people(people, warning, "user_group_ids")
}

/// The same, where the other one was planned before.
pub(super) fn in_the_way_of_the_other_kind(people: &People, awaited: &Members, id: &str) -> Diagnostic {
    let detail = format!(
        "Another authorization is to list these in this run: {}. The service takes them only when nobody of this one \
         is left, so that nobody can use the group in between. Where Terraform comes to the other one first, its apply \
         fails; and where these stay, every apply of it does.",
        awaited.listed(people)
    );
    let warning = Diagnostic::warning(format!("{id} takes either users or user groups"), detail);
    at_people(people, warning, "user_names")
}

/// An exclusive authorization beside another one: no apply ends what each plan shows.
pub(super) fn exclusive_beside_another(people: &People, of_others: &Members, target: &Target) -> Diagnostic {
    let why = "This authorization is exclusive, and another one in this configuration lists these";
    not_the_only_one(people, of_others, target, why, "here").at(Path::attribute("exclusive"))
}

/// The same of one that is not exclusive yet. Its apply is told nothing of another one that has no change.
pub(super) fn becomes_exclusive_beside_another(people: &People, of_others: &Members, target: &Target) -> Diagnostic {
    let detail = format!(
        "This authorization becomes exclusive, and another one in this configuration lists these: {}. They lose access \
         too where this run does not change the other one as well; the next plan of that gives them back. List them \
         here too, or make all authorizations of {} additive.",
        of_others.listed(people),
        target.id()
    );
    let summary = format!("An exclusive authorization of {} is not the only one", target.id());
    Diagnostic::warning(summary, detail).at(Path::attribute("exclusive"))
}

/// The same, from the other side.
pub(super) fn beside_an_exclusive(people: &People, outside: &Members, target: &Target) -> Diagnostic {
    let why = "Another authorization in this configuration is exclusive, and does not list these";
    at_people(people, not_the_only_one(people, outside, target, why, "there"), "user_names")
}

pub(super) fn not_the_only_one(people: &People, who: &Members, target: &Target, why: &str, place: &str) -> Diagnostic {
    let detail = format!(
        "{why}: {}. Every plan of the exclusive one shows that they go. An apply that sees both leaves them; one that \
         does not see the other removes them. List them {place} too, or make all authorizations of {} additive.",
        who.listed(people),
        target.id()
    );
    let summary = format!("An exclusive authorization of {} is not the only one", target.id());
    Diagnostic::warning(summary, detail)
}

/// What a plan of a destruction says of those who were to go before.
pub(super) fn removed_at_last(people: &People, owed: &Members, target: &Target) -> Diagnostic {
    let detail = format!(
        "An earlier apply took these out of the authorization while the group was over, when nobody can be removed: \
         {}. The destruction removes them; if the group is still over, it names them.",
        owed.listed(people)
    );
    at_people(people, will_lose_access(owed, target, detail), "user_names")
}

/// What a change says of those whom a group that is over still has.
pub(super) fn not_removed_yet(people: &People, owed: &Members, over: Diagnostic) -> Diagnostic {
    Diagnostic { detail: format!("{} Who is to go: {}.", over.detail, owed.listed(people)), ..over }
}

pub(super) fn keep_access(people: &People, stay: &Members, target: &Target) -> Diagnostic {
    let detail = format!(
        "Another authorization lists these for {}, and so they are not removed, unless this run takes them out of that \
         one too: {}.",
        target.id(),
        stay.listed(people)
    );
    let summary = format!("{} will keep access to {}", stay.counted(), target.id());
    at_people(people, Diagnostic::warning(summary, detail), "user_names")
}

/// What a refresh says of those whom nobody has taken over.
pub(super) fn kept_access(people: &People, back: &Members, target: &Target) -> Diagnostic {
    let detail = format!(
        "An earlier apply took these out of this authorization and left them to another one, which was about to list \
         them and does not: {}. They are in the state again, and the next apply removes them, unless the configuration \
         lists them by then.",
        back.listed(people)
    );
    let summary = format!("{} kept access to {}", back.counted(), target.id());
    at_people(people, Diagnostic::warning(summary, detail), "user_names")
}

/// What a refresh says of those of whom it does not know whether somebody has taken them over.
pub(super) fn may_have_kept_access(people: &People, left: &Members, target: &Target) -> Diagnostic {
    let detail = format!(
        "An earlier apply took these out of this authorization and left them to another one, which was about to list \
         them; this run has not come to that one so far: {}. Nobody removes them for that. If no authorization of the \
         configuration lists them, list them once and take them out again.",
        left.listed(people)
    );
    let summary = format!("{} may keep access to {}", left.counted(), target.id());
    at_people(people, Diagnostic::warning(summary, detail), "user_names")
}

/// What a destruction says of those whom it has left to another authorization, after which nothing of it is left.
pub(super) fn may_keep_access(people: &People, rest: &Members, target: &Target) -> Diagnostic {
    let detail = format!(
        "Another authorization is to list these, and has not come to it yet; so they were not removed: {}. If it fails \
         before it looks who is authorized, or never begins, no state knows of them: apply until it lists them, or \
         list them once and take them out again.",
        rest.listed(people)
    );
    let summary = format!("{} may keep access to {}", rest.counted(), target.id());
    at_people(people, Diagnostic::warning(summary, detail), "user_names")
}

/// Terraform tells the authorization that was planned first nothing of the second, and lets the second wait for what it
/// depends on.
pub(super) fn given_up_before(people: &People, moved: &Members, target: &Target) -> Diagnostic {
    let how = "Another authorization gives these up in this run, and this one takes them over. To keep them in, add \
               them here in one apply and take them out there in the next.";
    without_access_for_a_time(people, moved, target, how)
}

/// The same, from the other side: nor does Terraform tell what it has planned when it plans again at the apply.
pub(super) fn taken_over_after(people: &People, moved: &Members, target: &Target) -> Diagnostic {
    let how = "Another authorization of this run takes these over. To keep them in, add them there in one apply and \
               take them out here in the next.";
    without_access_for_a_time(people, moved, target, how)
}

pub(super) fn without_access_for_a_time(people: &People, moved: &Members, target: &Target, how: &str) -> Diagnostic {
    let detail = format!(
        "If the one that gives them up comes first, they cannot use {} until the other is applied: for seconds, or for \
         as long as what that waits for (`depends_on`, a reference); if it fails, until another apply: {}. {how}",
        target.id(),
        moved.listed(people)
    );
    let summary = format!("{} may be without access to {} for a time", moved.counted(), target.id());
    at_people(people, Diagnostic::warning(summary, detail), "user_names")
}

/// The authorization that gives them up was planned before this one was read, and does not know of it.
pub(super) fn removed_by_another(people: &People, unseen: &Members, target: &Target) -> Diagnostic {
    let detail = format!(
        "Another authorization takes these out in this run. It was planned before this one, and does not know that \
         they are listed here too: {}. Its apply removes them. This one gives them back: in the same apply if it has \
         a change of its own, and else in the next. To keep them in, let the other one depend on this one \
         (`depends_on`), so that it is planned after it; where this one depends on the other, nothing keeps them in.",
        unseen.listed(people)
    );
    at_people(people, will_lose_access(unseen, target, detail), "user_names")
}

/// What a destruction says of those whom a group that is over has listed.
pub(super) fn back_after_a_renewal(people: &People, members: &Members, over: Diagnostic) -> Diagnostic {
    let detail = format!(
        "{} If it is renewed, these can use it again, and no state knows of them: {}.",
        over.detail,
        members.listed(people)
    );
    Diagnostic { detail, ..over }
}

pub(super) fn listed_twice(people: &People, twice: &Members, target: &Target) -> Diagnostic {
    let detail = format!(
        "Another authorization in this configuration lists them for {} too, unless this run takes them out of that \
         one: {}. To take access from them, take them out of both.",
        target.id(),
        twice.listed(people)
    );
    let summary = format!("{} in two authorizations of {}", twice.counted(), target.id());
    at_people(people, Diagnostic::warning(summary, detail), "user_names")
}

/// What a plan says where people would be without the session that they need.
pub(super) fn needs_a_session(id: &str) -> Diagnostic {
    let detail = format!(
        "{id} authorizes by session, and refuses people without one. They would be removed from the session that they \
         have, and nothing would be given to them."
    );
    Diagnostic::error("Missing persistent_session_id", detail).at(Path::attribute("persistent_session_id"))
}
