import BranchDispatch
import Testing

@Suite("What the dispatcher has to do")
struct JobLineTests {
    @Test("As many jobs run at once as the bound says, and the next when one ends")
    func bound() {
        var line = JobLine<Int>()
        for job in 1...(DispatchLimits.jobs + 2) { line.add(job) }
        #expect(line.take() == Array(1...DispatchLimits.jobs))
        #expect(line.take() == [])
        line.ended(7)
        #expect(line.take() == [DispatchLimits.jobs + 1])
        #expect(line.take() == [])
        line.ended(1)
        line.ended(2)
        #expect(line.take() == [DispatchLimits.jobs + 2])
    }

    @Test("A job that waits is there once; one that is asked for while it runs runs once more")
    func once() {
        var line = JobLine<String>(atOnce: 2)
        for _ in 0..<3 { line.add("purge") }
        #expect(line.take() == ["purge"])
        for _ in 0..<3 { line.add("purge") }
        #expect(line.take() == [])
        line.ended("purge")
        #expect(line.take() == ["purge"])
        line.ended("purge")
        #expect(line.take() == [])
    }
}
