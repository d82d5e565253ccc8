//! The order of the steps.

/// A step as the schedule sees it.
#[derive(Clone, Copy)]
pub struct Demand {
    pub name: &'static str,
    /// Steps that must pass first. They are listed above it.
    pub needs: &'static [&'static str],
    /// Steps with the same lock run one at a time. Other steps do not wait for them.
    pub lock: Lock,
    /// Average use of the processor, in percent of one core.
    pub cpu: usize,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Lock {
    None,
    /// Of cargo, on the target directory.
    Target,
    /// The same, on the directory where tools are built.
    Tools,
    Apt,
    Rustup,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Unwanted,
    Waiting,
    Running,
    Passed,
    Failed,
}

/// Steps start in the order of the list. One that waits for another or for a lock is overtaken; one that waits for a core is not, so that
/// it gets one.
pub struct Schedule {
    steps: Vec<(Demand, State)>,
    cores: usize,
}

#[derive(Debug, PartialEq)]
pub enum Next {
    Start(usize),
    /// The step is not run, because this step, which it needs, has failed.
    Skip(usize, &'static str),
}

impl Schedule {
    /// Schedules the steps whose names are `wanted`, and those that they need.
    pub fn new(steps: impl Iterator<Item = Demand>, wanted: impl Fn(&str) -> bool, cores: usize) -> Self {
        let mut steps: Vec<_> = steps.map(|step| (step, State::Unwanted)).collect();
        for index in (0..steps.len()).rev() {
            let name = steps[index].0.name;
            let is_needed = steps.iter().any(|(step, state)| *state == State::Waiting && step.needs.contains(&name));
            if is_needed || wanted(name) {
                steps[index].1 = State::Waiting;
            }
        }
        Self { steps, cores }
    }

    /// Takes the next step that can start now.
    pub fn next(&mut self) -> Option<Next> {
        let free = (100 * self.cores).saturating_sub(self.running().map(|step| step.cpu).sum());
        for index in 0..self.steps.len() {
            let (step, state) = self.steps[index];
            if state != State::Waiting {
                continue;
            }
            if let Some(need) = step.needs.iter().find(|need| self.state(need) == State::Failed) {
                self.steps[index].1 = State::Failed;
                return Some(Next::Skip(index, need));
            }
            let is_locked = step.lock != Lock::None && self.running().any(|other| other.lock == step.lock);
            if is_locked || step.needs.iter().any(|need| self.state(need) != State::Passed) {
                continue;
            }
            if step.cpu > free && self.running().next().is_some() {
                return None;
            }
            self.steps[index].1 = State::Running;
            return Some(Next::Start(index));
        }
        None
    }

    pub fn end(&mut self, index: usize, passed: bool) {
        self.steps[index].1 = if passed { State::Passed } else { State::Failed };
    }

    pub fn running(&self) -> impl Iterator<Item = Demand> {
        self.steps.iter().filter(|(_, state)| *state == State::Running).map(|(step, _)| *step)
    }

    fn state(&self, name: &str) -> State {
        self.steps.iter().find(|(step, _)| step.name == name).map_or(State::Failed, |(_, state)| *state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn step(name: &'static str, needs: &'static [&'static str], lock: Lock, cpu: usize) -> Demand {
        Demand { name, needs, lock, cpu }
    }

    fn schedule(steps: &[Demand]) -> Schedule {
        Schedule::new(steps.iter().copied(), |_| true, 2)
    }

    fn started(schedule: &mut Schedule) -> Vec<usize> {
        std::iter::from_fn(|| schedule.next())
            .map(|next| match next {
                Next::Start(index) => index,
                Next::Skip(index, need) => panic!("{index} is skipped for {need}"),
            })
            .collect()
    }

    #[test]
    fn a_step_starts_after_what_it_needs() {
        let mut schedule = schedule(&[
            step("a", &[], Lock::None, 50),
            step("b", &["a"], Lock::None, 50),
            step("c", &[], Lock::None, 50),
        ]);
        assert_eq!(started(&mut schedule), [0, 2]);
        schedule.end(2, true);
        assert!(started(&mut schedule).is_empty());
        schedule.end(0, true);
        assert_eq!(started(&mut schedule), [1]);
    }

    #[test]
    fn the_cores_are_shared_in_the_order_of_the_list() {
        let steps = [100, 60, 60, 10].map(|cpu| step("a", &[], Lock::None, cpu));
        let mut schedule = schedule(&steps);
        // The last would have room; then the third might never have it.
        assert_eq!(started(&mut schedule), [0, 1]);
        schedule.end(1, true);
        assert_eq!(started(&mut schedule), [2, 3]);
    }

    #[test]
    fn a_step_of_more_than_all_cores_runs_alone() {
        let mut schedule = schedule(&[step("a", &[], Lock::None, 300), step("b", &[], Lock::None, 1)]);
        assert_eq!(started(&mut schedule), [0]);
        schedule.end(0, true);
        assert_eq!(started(&mut schedule), [1]);
    }

    #[test]
    fn a_lock_is_waited_for_and_delays_no_other() {
        let steps = [Lock::Target, Lock::Target, Lock::Tools, Lock::None].map(|lock| step("a", &[], lock, 10));
        let mut schedule = schedule(&steps);
        assert_eq!(started(&mut schedule), [0, 2, 3]);
        schedule.end(0, true);
        assert_eq!(started(&mut schedule), [1]);
    }

    #[test]
    fn what_needs_a_failed_step_is_skipped_and_the_rest_runs() {
        let mut schedule = schedule(&[
            step("a", &[], Lock::None, 10),
            step("b", &["a"], Lock::None, 10),
            step("c", &["b"], Lock::None, 10),
            step("d", &[], Lock::None, 10),
        ]);
        assert_eq!(started(&mut schedule), [0, 3]);
        schedule.end(0, false);
        assert_eq!(schedule.next(), Some(Next::Skip(1, "a")));
        assert_eq!(schedule.next(), Some(Next::Skip(2, "b")));
        assert_eq!(schedule.next(), None);
    }

    #[test]
    fn what_is_wanted_brings_what_it_needs() {
        let steps =
            [step("a", &[], Lock::None, 10), step("b", &["a"], Lock::None, 10), step("c", &["b"], Lock::None, 10)];
        let mut schedule = Schedule::new(steps.into_iter(), |name| name == "b", 2);
        assert_eq!(started(&mut schedule), [0]);
        schedule.end(0, true);
        assert_eq!(started(&mut schedule), [1]);
        schedule.end(1, true);
        assert!(started(&mut schedule).is_empty());
    }
}
