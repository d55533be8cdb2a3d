//! What one apply does to a target: in turn with others, from what is there, and never against what another holds.

use std::{ops::ControlFlow, time::Duration};

use alibaba::{AuthorizationChange, Client, Target};
use cloud::{Bounds, Error, Look, Mutation, Persistence, carry_out, until_shown};
use tfplug::{Diagnostic, Diagnostics, Path, Result};

use super::{
    Model,
    members::{Difference, Members},
    notes,
};
use crate::{
    clouds::Clouds,
    delivery_group::GroupRef,
    failure::{at_people, stopped},
    holders::{Held, Others, Seen, watch},
    turns::{Intent, Turn},
};

/// A change shows in the lists within seconds; one that shows no effect for this long did not arrive.
const PERSISTENCE: Persistence = Persistence { sends: 3, settle: Duration::from_secs(6) };

/// How long those to whom somebody is left are waited for. Terraform carries them out about now, if they have nothing
/// to wait for themselves.
const FOR_OTHERS: Duration = Duration::from_secs(10);

/// Why a change ended early.
pub(super) enum Failure {
    Call(Box<Error>),
    /// One of several calls, when some had been carried out.
    LaterCall {
        error: Box<Error>,
        done: usize,
        total: usize,
    },
    /// The service refused because the group's time is over: nobody can be added or removed then.
    Over {
        error: Box<Error>,
        group: GroupRef,
    },
    Told(Diagnostics),
}

impl From<Diagnostics> for Failure {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Told(diagnostics)
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Told(diagnostic.into())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(Box::new(error))
    }
}

impl Failure {
    /// What to tell of it, of what was to `verb` ("change", "remove").
    pub(super) fn into_diagnostics(self, model: &Model, verb: &str) -> Diagnostics {
        match self {
            Self::Call(error) => model.cannot(verb, &error).into(),
            Self::LaterCall { error, done, total } => {
                let mut diagnostic = model.cannot(verb, &error);
                diagnostic.detail.push_str(&format!(
                    "\n\n{done} of {total} calls had been carried out before; the next apply makes the others."
                ));
                diagnostic.into()
            }
            Self::Over { error, group } => {
                group.refused_as_over(&format!("{verb} the authorizations of {}", model.subject()), &error).into()
            }
            Self::Told(diagnostics) => diagnostics,
        }
    }

    /// Whether a call may have taken effect all the same.
    fn outcome_unknown(&self) -> bool {
        match self {
            Self::Call(error) | Self::LaterCall { error, .. } => error.outcome_unknown(),
            Self::Over { .. } | Self::Told(_) => false,
        }
    }
}

/// Who is to go.
pub(super) enum Leaving {
    /// These, as far as they are still there.
    These(Members),
    /// Whoever is there and is not wanted.
    AllOthers,
}

/// What came of an apply.
#[derive(Default)]
pub(super) struct Done {
    /// What is to be told.
    pub(super) told: Vec<Diagnostic>,
    /// Who was to go, and was left to others who were about to list them, and have not come to it yet.
    pub(super) left: Others,
}

/// One apply of one resource.
pub(super) struct Apply<'a> {
    pub(super) clouds: &'a Clouds,
    pub(super) client: &'a Client,
    pub(super) target: &'a Target,
    pub(super) model: &'a Model,
    pub(super) bounds: &'a Bounds,
    /// The resource's own name among those who hold.
    pub(super) holder: &'a str,
    /// Whom others held by what the plan's walk saw: not all of them are called in this apply.
    pub(super) seen: Seen,
    /// Whether those others are counted with the object itself among them, under a name that nobody knows.
    pub(super) is_among_others: bool,
    /// Who is to be authorized in the end.
    pub(super) wanted: Members,
    pub(super) leaving: Leaving,
}

impl Apply<'_> {
    /// Does it, and gives `reached` the members of `state` as each call has changed them. Without a state it begins
    /// with nobody. Who is wanted and is there already is in it before anything is sent: another authorization may
    /// leave them to this one, and whatever becomes of this apply, somebody must know of them.
    pub(super) async fn run(
        &self,
        mut state: Option<Members>,
        mut reached: impl FnMut(&Members) -> Result<()>,
    ) -> Result<Done, Failure> {
        let mut result = self.run_in_turns(&mut state, &mut reached).await;
        if let Ok(done) = &mut result {
            let rest = self.until_taken(&done.left).await;
            let left = std::mem::take(&mut done.left);
            done.left = left.only(|held| rest.intersection(&self.model.members_of(held)).to_held());
        }
        // What was refused holds nobody. What may have happened holds them, so that nobody takes it back unseen.
        if let (Err(failure), Some(state)) = (&result, &state)
            && !failure.outcome_unknown()
        {
            self.note(state);
        }
        match (result, self.model.group()) {
            (Err(Failure::Call(error) | Failure::LaterCall { error, .. }), Some(group))
                if group.refuses_as_over(&error, self.client, self.bounds).await =>
            {
                Err(Failure::Over { error, group })
            }
            (result, _) => result,
        }
    }

    async fn run_in_turns(
        &self,
        state: &mut Option<Members>,
        reached: &mut impl FnMut(&Members) -> Result<()>,
    ) -> Result<Done, Failure> {
        let mut intent = if self.wanted.is_empty() { Intent::Take } else { Intent::Give };
        let mut told = Vec::new();
        let spelling = self.model.spelling();
        loop {
            let turn = self.turn(intent).await?;
            let current = self.current().await?;
            let state = state.get_or_insert_with(|| Members::none(spelling.clone()));
            let found = self.wanted.intersection(&current).without(state);
            if !found.is_empty() {
                *state = state.clone().union(found);
                reached(state)?;
            }
            let left = self.left_to_others(&current);
            let difference = self.difference(&current);
            let postpones = intent == Intent::Give && !difference.is_without_removals() && turn.is_wanted_to_give();
            let removes_first = difference.changes_kind() && !self.takes_both_kinds().await?;
            let (removals, additions) = difference.clone().split();
            let now = if postpones && !removes_first { additions.clone() } else { difference.clone() };
            // From here on nobody else takes away whom this is about to give.
            self.clouds.authorized.begin();
            self.note(&self.wanted);
            let parts = if removes_first { vec![removals, additions] } else { vec![now.clone()] };
            self.send(parts, state, reached).await?;
            told.extend(self.until_shown(now.clone()).await?);
            told.extend(self.who_had_to_go(&now));
            if now == difference {
                return Ok(Done { told, left });
            }
            intent = Intent::Take;
        }
    }

    async fn turn(&self, intent: Intent) -> Result<Turn, Failure> {
        let thing = self.model.thing(self.target);
        let turn = self.clouds.turns.take(&thing, intent, self.bounds).await;
        Ok(turn.map_err(|stop| {
            let awaited = format!("The wait for other changes of {}", self.target.id());
            stopped(&awaited, stop, "Nothing was sent.", self.bounds)
        })?)
    }

    /// Who is there of those whom it is about.
    async fn current(&self) -> Result<Members, Error> {
        let nobody = Members::default();
        let leaving = match &self.leaving {
            Leaving::These(leaving) => leaving,
            Leaving::AllOthers => &nobody,
        };
        self.model.current(leaving, self.client, self.target, self.bounds).await
    }

    /// What leads from those who are there to those who are wanted.
    fn difference(&self, current: &Members) -> Difference {
        let others = self.of_others(self.others().each());
        Difference::new(&self.wanted.without(current), &self.leaving(current).without(&others))
    }

    fn of_others<'h>(&self, each: impl Iterator<Item = &'h Held>) -> Members {
        match self.is_among_others {
            true => notes::held_twice(self.model, each),
            false => self.model.members_of(Held::all(each)),
        }
    }

    /// Who is there and not wanted.
    fn leaving(&self, current: &Members) -> Members {
        let leaving = match &self.leaving {
            // As the service writes them: it may compare exactly.
            Leaving::These(leaving) => current.intersection(leaving),
            Leaving::AllOthers => current.clone(),
        };
        leaving.without(&self.wanted)
    }

    fn others(&self) -> Seen {
        self.seen.clone().updated(self.clouds.authorized.others(&self.model.thing(self.target), self.holder))
    }

    /// Who stays only because others are about to list them. An exclusive authorization meets them again in any case.
    fn left_to_others(&self, current: &Members) -> Others {
        if matches!(self.leaving, Leaving::AllOthers) {
            return Others::default();
        }
        let others = self.others();
        let left = self.leaving(current).without(&self.of_others(others.held.each()));
        others.coming.only(|held| left.intersection(&self.model.members_of(held)).to_held())
    }

    /// Waits until those who were left to others are theirs, and answers with those who are not by then.
    async fn until_taken(&self, left: &Others) -> Members {
        let thing = self.model.thing(self.target);
        let left = self.model.members_of(left.all());
        watch(self.bounds, FOR_OTHERS, || {
            let taken = self.clouds.authorized.others(&thing, self.holder).held.all();
            let rest = left.without(&self.model.members_of(taken));
            if rest.is_empty() { ControlFlow::Break(rest) } else { ControlFlow::Continue(rest) }
        })
        .await
    }

    fn note(&self, members: &Members) {
        self.clouds.authorized.hold(&self.model.thing(self.target), self.holder, members.to_held());
    }

    /// Whether users and user groups can be authorized side by side. Who may not read the group finds out by trying.
    async fn takes_both_kinds(&self) -> Result<bool, Failure> {
        let Target::DeliveryGroup(id) = self.target else { return Ok(true) };
        let group = GroupRef::new(id, self.model.product_type.as_str());
        Ok(group.takes_both_kinds(self.client, self.bounds).await)
    }

    /// Makes the calls one after the other; after each, `reached` gets who is in the state by then.
    async fn send(
        &self,
        parts: impl IntoIterator<Item = Difference>,
        state: &mut Members,
        reached: &mut impl FnMut(&Members) -> Result<()>,
    ) -> Result<(), Failure> {
        let batches: Vec<_> = parts.into_iter().flat_map(|part| part.batches().collect::<Vec<_>>()).collect();
        for (position, batch) in batches.iter().enumerate() {
            let sent = carry_out(&mut Batch { apply: self, left: batch.clone() }, self.bounds).await;
            match sent {
                Ok(_) => {}
                Err(error) if position > 0 => {
                    return Err(Failure::LaterCall { error: error.into(), done: position, total: batches.len() });
                }
                Err(error) => return Err(error.into()),
            }
            batch.carry_out(state);
            reached(state)?;
        }
        Ok(())
    }

    /// Looks until the lists show what was done. A service that compares names in another way than we do would answer
    /// a removal of nobody just the same; and whoever was added and is not listed when the next run reads, is not in
    /// its state, and would not be removed by it.
    async fn until_shown(&self, done: Difference) -> Result<Option<Diagnostic>, Failure> {
        if done.is_empty() {
            return Ok(None);
        }
        let mut batch = Batch { apply: self, left: done };
        let seen = until_shown(&mut batch, PERSISTENCE.settle, self.bounds).await;
        let (removals, additions) = batch.left.split();
        match seen {
            Ok(Some(())) => Ok(None),
            Ok(None) if removals.is_empty() => Ok(Some(self.not_listed_yet(&additions))),
            Ok(None) => Err(self.still_there(&removals).into()),
            Err(_) if removals.is_empty() => Ok(Some(self.not_listed_yet(&additions))),
            Err(error) => Err(error.into()),
        }
    }

    fn not_listed_yet(&self, left: &Difference) -> Diagnostic {
        let people = &self.clouds.people;
        let detail = format!(
            "The service accepted that these are authorized, and its lists did not show them within the time that this \
             usually takes: {}. They are in the state. While they are not listed, a plan shows them as missing, and \
             a removal does not find them.",
            people.list(&left.add_users, &left.add_groups)
        );
        let warning = Diagnostic::warning(format!("Not everybody is listed for {} yet", self.target.id()), detail);
        at_people(people, warning, "user_names")
    }

    /// Whom becoming exclusive has removed. The plan named those who were there by then; Terraform does not tell the
    /// apply whom it named.
    fn who_had_to_go(&self, done: &Difference) -> Option<Diagnostic> {
        let gone = done.removed(self.model.spelling());
        if matches!(self.leaving, Leaving::These(_)) || gone.is_empty() {
            return None;
        }
        let detail = format!(
            "The authorization is exclusive; these were authorized without being listed, and have been removed: {}.",
            gone.listed(&self.clouds.people)
        );
        let summary = format!("{} lost access to {}", gone.counted(), self.target.id());
        Some(Diagnostic::warning(summary, detail).at(Path::attribute("exclusive")))
    }

    fn still_there(&self, left: &Difference) -> Diagnostic {
        let people = &self.clouds.people;
        let detail = format!(
            "The service accepted the removal of these, and still lists them: {}. The next plan shows whether it has \
             caught up.",
            people.list(&left.remove_users, &left.remove_groups)
        );
        let error = Diagnostic::error(format!("Not everybody was removed from {}", self.target.id()), detail);
        at_people(people, error, "user_names")
    }
}

/// One call. Its effect is that the lists show everybody as it wants them; only what they show to be missing is sent
/// again.
struct Batch<'a> {
    apply: &'a Apply<'a>,
    left: Difference,
}

impl Look for &mut Batch<'_> {
    type Seen = ();
    type Unreadable = Error;

    async fn look(&mut self, bounds: &Bounds) -> Result<Option<()>, Error> {
        let Apply { model, client, target, .. } = self.apply;
        self.left = model.left_of(&self.left, client, target, bounds).await?;
        Ok(self.left.is_empty().then_some(()))
    }
}

impl Mutation for &mut Batch<'_> {
    type Answer = ();

    fn persistence(&self) -> Persistence {
        PERSISTENCE
    }

    async fn send(&mut self, bounds: &Bounds) -> Result<(), Error> {
        let Apply { model, client, target, .. } = self.apply;
        let change = AuthorizationChange {
            authorize_users: self.left.add_users.clone(),
            unauthorize_users: self.left.remove_users.clone(),
            authorize_user_groups: self.left.add_groups.clone(),
            unauthorize_user_groups: self.left.remove_groups.clone(),
            // It is about users, and refused where there are none.
            user_meta: model.user_meta().filter(|_| self.left.is_about_users()),
            persistent_session_id: model.persistent_session_id.as_str().map(Into::into),
        };
        client.authorize(target, &change, model.product_type(), bounds).await
    }
}
