//! THREAD=REFERENCES: who refers to whom, then who has the same base subject. The steps are those of RFC 5256 §3.

use std::collections::HashMap;

use postroom_types::Timestamp;

use super::Member;
use crate::limits;
use crate::ops::sort::Sortable;

/// A message, or one that others refer to and that is not here.
#[derive(Default)]
struct Node {
    message: Option<usize>,
    parent: Option<usize>,
    children: Vec<usize>,
}

struct Forest<'a> {
    messages: &'a [Sortable],
    nodes: Vec<Node>,
}

/// The threads of `messages`, which are in the order of their numbers.
pub(super) fn threads(messages: &[Sortable]) -> Vec<Member> {
    let mut forest = Forest { messages, nodes: Vec::new() };
    forest.link();
    let mut roots = forest.roots_without_absent();
    forest.sort(&mut roots);
    let mut roots = forest.join_subjects(&roots);
    forest.sort(&mut roots);
    forest.members(&roots)
}

impl Forest<'_> {
    /// Step 1: every message below the last one that it refers to.
    fn link(&mut self) {
        let mut of_id: HashMap<[u8; 16], usize> = HashMap::new();
        let messages = self.messages;
        let own: Vec<usize> = messages
            .iter()
            .enumerate()
            .map(|(index, message)| {
                let node = self.push(Some(index));
                // An id that another message has already is as good as none.
                if let Some(id) = message.keys.message {
                    of_id.entry(id).or_insert(node);
                }
                node
            })
            .collect();
        for (message, node) in messages.iter().zip(own) {
            let mut last = None;
            for id in &message.keys.references {
                let referred = *of_id.entry(*id).or_insert_with(|| self.push(None));
                if let Some(parent) = last
                    && self.nodes[referred].parent.is_none()
                    && !self.is_below(parent, referred)
                {
                    self.nodes[referred].parent = Some(parent);
                }
                last = Some(referred);
            }
            let parent = last.filter(|parent| !self.is_below(*parent, node));
            if parent.is_some() || last.is_none() {
                self.nodes[node].parent = parent;
            }
        }
        for node in 0..self.nodes.len() {
            if let Some(parent) = self.nodes[node].parent {
                self.nodes[parent].children.push(node);
            }
        }
    }

    fn push(&mut self, message: Option<usize>) -> usize {
        self.nodes.push(Node { message, ..Node::default() });
        self.nodes.len() - 1
    }

    /// Whether `node` is `above` or below it; also when it is too deep to tell.
    fn is_below(&self, node: usize, above: usize) -> bool {
        let mut at = Some(node);
        for _ in 0..limits::THREAD_DEPTH_MAX {
            match at {
                Some(node) if node == above => return true,
                Some(node) => at = self.nodes[node].parent,
                None => return false,
            }
        }
        true
    }

    /// Steps 2 and 3: who has no parent, without those that are not here; one stays only where it holds several
    /// together that have nothing else above them.
    fn roots_without_absent(&mut self) -> Vec<usize> {
        let roots: Vec<usize> =
            (0..self.nodes.len()).filter(|node| self.nodes[*node].parent.is_none()).collect();
        // Parents before children; then from the end, so that children are done before their parents.
        let mut order = roots.clone();
        let mut next = 0;
        while let Some(node) = order.get(next) {
            order.extend(&self.nodes[*node].children);
            next += 1;
        }
        for node in order.into_iter().rev() {
            let children = std::mem::take(&mut self.nodes[node].children);
            self.nodes[node].children =
                children.into_iter().flat_map(|child| self.in_the_place_of(child)).collect();
        }
        let kept = |root: usize| match &self.nodes[root] {
            Node { message: None, children, .. } if children.len() < 2 => children.clone(),
            _ => vec![root],
        };
        roots.into_iter().flat_map(kept).collect()
    }

    fn in_the_place_of(&self, node: usize) -> Vec<usize> {
        if self.nodes[node].message.is_none() { self.nodes[node].children.clone() } else { vec![node] }
    }

    /// When `node` was sent; of one that is not here, its first child, which is in order already.
    fn sent(&self, node: usize) -> (Timestamp, usize) {
        let message = self.nodes[node].message.or_else(|| {
            let first = self.nodes[node].children.first()?;
            self.nodes[*first].message
        });
        let message = message.expect("a node without a message has children that have one");
        (self.messages[message].sent_at, message)
    }

    /// Steps 4 and 6: siblings in the order in which they were sent.
    fn sort(&mut self, roots: &mut [usize]) {
        for node in 0..self.nodes.len() {
            let mut children = std::mem::take(&mut self.nodes[node].children);
            // What is left of those that are not here is at the top: every child is a message.
            children.sort_by_key(|child| self.nodes[*child].message.map(|_| self.sent(*child)));
            self.nodes[node].children = children;
        }
        roots.sort_by_key(|root| self.sent(*root));
    }

    /// The message whose subject is that of the thread of `root`.
    fn head(&self, root: usize) -> Option<&Sortable> {
        let head = self.nodes[root].message.or_else(|| {
            let first = self.nodes[root].children.first()?;
            self.nodes[*first].message
        });
        head.map(|index| &self.messages[index])
    }

    /// Step 5: threads with the same base subject become one.
    fn join_subjects(&mut self, roots: &[usize]) -> Vec<usize> {
        let mut table: HashMap<Vec<u8>, usize> = HashMap::new();
        for root in roots.iter().copied() {
            let Some(subject) = self.subject(root) else { continue };
            let known = *table.entry(subject.clone()).or_insert(root);
            let is_better = (self.is_absent(root) && !self.is_absent(known))
                || (self.is_reply(known) && !self.is_reply(root));
            if is_better {
                table.insert(subject, root);
            }
        }
        // What stands at the place of a root afterwards: nothing, when it went below another one.
        let mut stands: HashMap<usize, Option<usize>> = HashMap::new();
        for root in roots.iter().copied() {
            let Some(subject) = self.subject(root) else { continue };
            let Some(known) = table.get(&subject).copied().filter(|known| *known != root) else { continue };
            // It is below one that was made for it already.
            if stands.get(&root).is_some_and(|stands| *stands == Some(known)) {
                continue;
            }
            if self.is_absent(known) {
                let members = self.in_the_place_of(root);
                self.nodes[known].children.extend(members);
            } else if self.is_reply(root) && !self.is_reply(known) {
                self.nodes[known].children.push(root);
            } else {
                let both = self.push(None);
                self.nodes[both].children = vec![known, root];
                table.insert(subject, both);
                stands.insert(known, Some(both));
            }
            stands.insert(root, None);
        }
        roots.iter().filter_map(|root| stands.get(root).copied().unwrap_or(Some(*root))).collect()
    }

    fn subject(&self, root: usize) -> Option<Vec<u8>> {
        let subject = &self.head(root)?.keys.subject;
        (!subject.is_empty()).then(|| subject.clone())
    }

    fn is_absent(&self, node: usize) -> bool {
        self.nodes[node].message.is_none()
    }

    fn is_reply(&self, node: usize) -> bool {
        self.nodes[node].message.is_some_and(|index| self.messages[index].keys.is_reply)
    }

    /// Each below its parent. Threads may be as deep as they are long: nothing here recurses.
    fn members(&self, roots: &[usize]) -> Vec<Member> {
        let mut members = Vec::new();
        let mut next: Vec<(u32, usize)> = roots.iter().rev().map(|root| (0, *root)).collect();
        while let Some((depth, node)) = next.pop() {
            members.push((depth, self.nodes[node].message));
            next.extend(self.nodes[node].children.iter().rev().map(|child| (depth + 1, *child)));
        }
        members
    }
}
