extension Decision {
    func edit(_ edit: BranchEdit) throws(Rejection) -> [Fact] {
        switch edit {
        case .createQueue(let settings): return try createQueue(settings)
        case .changeQueue(_, let settings, let expecting): return try changeQueue(to: settings, expecting: expecting)
        case .deleteQueue(_, let expecting): return try deleteQueue(expecting: expecting)
        case .createCounter(let settings): return try createCounter(settings)
        case .changeCounter(_, let settings, let expecting):
            return try changeCounter(to: settings, expecting: expecting)
        case .deleteCounter(_, let expecting): return try deleteCounter(expecting: expecting)
        case .createAgent(let name, let isActive):
            try checkRoom(DomainLimits.agents)
            try checkAgentName(name, of: situation.nextAgentID)
            let agent = Agent(id: situation.nextAgentID, isActive: isActive)
            return [.agent(AgentFact(before: nil, after: agent, name: name))]
        case .changeAgent(_, let name, let isActive, let expecting):
            return try changeAgent(name: name, isActive: isActive, expecting: expecting)
        case .deleteAgent(_, let expecting): return try deleteAgent(expecting: expecting)
        case .changeBranch(let profile, let expecting): return try changeBranch(to: profile, expecting: expecting)
        }
    }

    private func check(_ fault: SettingFault?) throws(Rejection) {
        if let fault { throw Rejection(.invalidSetting, fault: fault) }
    }

    private func checkRoom(_ limit: Int) throws(Rejection) {
        if situation.rowCount >= limit { throw Rejection(.limitReached) }
    }

    private func checkVersion(_ version: Int64, _ expecting: Int64?) throws(Rejection) {
        if let expecting, expecting != version { throw Rejection(.versionConflict) }
    }

    private func checkNames(of id: QueueID) throws(Rejection) {
        if let owner = situation.prefixOwner, owner != id { throw Rejection(.prefixInUse) }
        if let owner = situation.nameOwner, owner != id.rawValue { throw Rejection(.nameInUse) }
    }

    private func checkServed(byCounter id: CounterID) throws(Rejection) {
        if let owner = situation.nameOwner, owner != id.rawValue { throw Rejection(.nameInUse) }
        if situation.missingQueueID != nil { throw Rejection(.queueNotFound) }
    }

    private func createQueue(_ settings: QueueSettings) throws(Rejection) -> [Fact] {
        try check(settings.fault)
        try checkRoom(DomainLimits.queues)
        try checkNames(of: situation.nextQueueID)
        return [.queue(QueueFact(before: nil, after: Queue(id: situation.nextQueueID, settings: settings)))]
    }

    private func changeQueue(to settings: QueueSettings, expecting: Int64?) throws(Rejection) -> [Fact] {
        guard let queue = situation.queue else { throw Rejection(.queueNotFound) }
        try checkVersion(queue.version, expecting)
        try check(settings.fault)
        try checkNames(of: queue.id)
        var after = queue
        after.settings = settings
        after.version += 1
        let rerank = queue.settings.creditMilliseconds - settings.creditMilliseconds
        return [.queue(QueueFact(before: queue, after: after, rerank: rerank))]
    }

    private func deleteQueue(expecting: Int64?) throws(Rejection) -> [Fact] {
        guard let queue = situation.queue else { throw Rejection(.queueNotFound) }
        try checkVersion(queue.version, expecting)
        if situation.openCount > 0 { throw Rejection(.queueInUse) }
        let counters = situation.servingCounters.map { counter in
            counterFact(.changed, counter) { $0.settings.serves.removeAll { $0.queueID == queue.id } }
        }
        return counters + [.queue(QueueFact(before: queue, after: nil))]
    }

    private func createCounter(_ settings: CounterSettings) throws(Rejection) -> [Fact] {
        try check(settings.fault)
        try checkRoom(DomainLimits.counters)
        try checkServed(byCounter: situation.nextCounterID)
        let counter = Counter(id: situation.nextCounterID, settings: settings)
        return [.counter(CounterFact(kind: .changed, before: nil, after: counter))]
    }

    private func changeCounter(to settings: CounterSettings, expecting: Int64?) throws(Rejection) -> [Fact] {
        guard let counter = situation.counter else { throw Rejection(.counterNotFound) }
        try checkVersion(counter.version, expecting)
        try check(settings.fault)
        try checkServed(byCounter: counter.id)
        return [counterFact(.changed, counter) { $0.settings = settings }]
    }

    private func deleteCounter(expecting: Int64?) throws(Rejection) -> [Fact] {
        guard let counter = situation.counter else { throw Rejection(.counterNotFound) }
        try checkVersion(counter.version, expecting)
        let isIdle = counter.state == .closed && situation.current == nil && situation.line.isEmpty
        guard isIdle else { throw Rejection(.counterInUse, ticket: situation.current) }
        return [.counter(CounterFact(kind: .changed, before: counter, after: nil))]
    }

    private func checkAgentName(_ name: String, of id: AgentID) throws(Rejection) {
        try check(BranchName.fault(name))
        if let owner = situation.nameOwner, owner != id.rawValue { throw Rejection(.nameInUse) }
    }

    private func changeAgent(name: String, isActive: Bool, expecting: Int64?) throws(Rejection) -> [Fact] {
        guard let agent = situation.agent else { throw Rejection(.agentNotFound) }
        try checkVersion(agent.version, expecting)
        try checkAgentName(name, of: agent.id)
        if !isActive, situation.agentCounterID != nil { throw Rejection(.agentInUse) }
        var after = agent
        after.isActive = isActive
        after.version += 1
        return [.agent(AgentFact(before: agent, after: after, name: name))]
    }

    private func deleteAgent(expecting: Int64?) throws(Rejection) -> [Fact] {
        guard let agent = situation.agent else { throw Rejection(.agentNotFound) }
        try checkVersion(agent.version, expecting)
        if situation.agentCounterID != nil { throw Rejection(.agentInUse) }
        return [.agent(AgentFact(before: agent, after: nil))]
    }

    private func changeBranch(to profile: BranchProfile, expecting: Int64?) throws(Rejection) -> [Fact] {
        try checkVersion(situation.branch.version, expecting)
        try check(profile.fault)
        var after = situation.branch
        after.profile = profile
        after.version += 1
        return [.branch(BranchFact(kind: .changed, before: situation.branch, after: after))]
    }

    /// One day forward, once its end has passed.
    func rollDay() throws(Rejection) -> [Fact] {
        let branch = situation.branch
        guard situation.now.wall >= situation.rules.calendar.end(of: branch.day) else { throw Rejection(.notDue) }
        var after = branch
        after.day = branch.day.next
        after.dayBeganTick = now.tick
        after.version += 1
        return [.branch(BranchFact(kind: .dayClosed, before: branch, after: after))]
    }
}
