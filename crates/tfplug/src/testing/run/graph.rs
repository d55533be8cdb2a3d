//! What waits for what, and the way through it.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
};

use futures_util::{StreamExt, stream::FuturesUnordered};

use super::Walk;

/// Nodes, each with those that it waits for.
#[derive(Debug)]
pub(super) struct Graph<N>(BTreeMap<N, BTreeSet<N>>);

impl<N: Ord + Clone> Graph<N> {
    pub(super) fn new(nodes: impl IntoIterator<Item = N>) -> Self {
        Self(nodes.into_iter().map(|node| (node, BTreeSet::new())).collect())
    }

    pub(super) fn into_inner(self) -> BTreeMap<N, BTreeSet<N>> {
        self.0
    }

    pub(super) fn has(&self, node: &N) -> bool {
        self.0.contains_key(node)
    }

    pub(super) fn nodes(&self) -> impl Iterator<Item = &N> {
        self.0.keys()
    }

    /// Takes a node out. What waits for it waits for what that waits for.
    pub(super) fn bypass(&mut self, node: &N) {
        let before = self.0.remove(node).unwrap_or_default();
        for waits_for in self.0.values_mut() {
            if waits_for.remove(node) {
                waits_for.extend(before.iter().cloned());
            }
        }
    }

    /// Keeps these nodes, and those that they wait for.
    pub(super) fn keep(&mut self, is_wanted: impl Fn(&N) -> bool) {
        let mut wanted: BTreeSet<_> = self.nodes().filter(|it| is_wanted(it)).cloned().collect();
        let mut next: Vec<_> = wanted.iter().cloned().collect();
        while let Some(node) = next.pop() {
            next.extend(self.0[&node].iter().filter(|it| wanted.insert((*it).clone())).cloned());
        }
        self.0.retain(|node, _| wanted.contains(node));
    }

    /// Lets one node wait for another, where both are there.
    pub(super) fn wait(&mut self, node: &N, other: &N) {
        if node != other
            && self.has(other)
            && let Some(waits_for) = self.0.get_mut(node)
        {
            waits_for.insert(other.clone());
        }
    }
}

impl Walk<'_> {
    /// Visits each node once those are done that it waits for. What waits for one that failed is not visited, and after
    /// an interrupt nothing more is.
    ///
    /// Answers with what was not visited for an interrupt, or because it waits in a circle.
    pub(super) async fn through<N, F>(&self, graph: Graph<N>, visit: impl Fn(N) -> F) -> Vec<N>
    where
        N: Ord + Clone,
        F: Future<Output = bool>,
    {
        let Graph(mut waiting) = graph;
        let mut running = FuturesUnordered::new();
        loop {
            let ready: Vec<_> =
                waiting.iter().filter(|(_, waits_for)| waits_for.is_empty()).map(|(it, _)| it).collect();
            if !ready.is_empty() && running.len() < self.parallelism && !self.is_halted.get() {
                let chosen = (self.choose.borrow_mut())(ready.len()).min(ready.len() - 1);
                let node = ready[chosen].clone();
                waiting.remove(&node);
                let visited = visit(node.clone());
                running.push(async move { (node, visited.await) });
                continue;
            }
            let Some((node, is_done)) = running.next().await else {
                return waiting.into_keys().collect();
            };
            if is_done {
                for waits_for in waiting.values_mut() {
                    waits_for.remove(&node);
                }
            } else {
                leave_out(&mut waiting, node);
            }
        }
    }
}

/// Leaves out what waits for a node that failed.
fn leave_out<N: Ord + Clone>(waiting: &mut BTreeMap<N, BTreeSet<N>>, failed: N) {
    let mut next = vec![failed];
    while let Some(failed) = next.pop() {
        let dependents: Vec<_> =
            waiting.iter().filter(|(_, waits_for)| waits_for.contains(&failed)).map(|(it, _)| it.clone()).collect();
        dependents.iter().for_each(|it| drop(waiting.remove(it)));
        next.extend(dependents);
    }
}
