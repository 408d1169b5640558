import HQIngest
import QueueEvents
import Testing

@Suite("What every branch is told")
struct AckBookTests {
    @Test("Each answer has a higher beat than the one before and than the one that stood in Redis")
    func beats() {
        var book = AckBook()
        book.begin(7, beat: 500)
        let beats = [100, 100, 900, 200].map {
            book.answer(to: 7, cursor: .none, incarnation: "1-1", now: $0).beat
        }
        #expect(beats == [501, 502, 900, 901])
    }

    @Test("A beat at the end of all numbers stays there")
    func lastBeat() {
        var book = AckBook()
        book.begin(7, beat: .max)
        #expect(book.answer(to: 7, cursor: .none, incarnation: "1-1", now: 1).beat == .max)
    }

    @Test("A refusal stands in every answer until it is replaced, and leaves with its branch")
    func refusals() {
        var book = AckBook()
        book.note(IngestTransaction.Refusal(refusal: .gap, gen: 3), of: 7)
        for _ in 0..<2 {
            let ack = book.answer(to: 7, cursor: .none, incarnation: "1-1", now: 1)
            #expect(ack.refusal == .gap && ack.refusedGen == 3)
        }
        book.keep([])
        #expect(book.refusal(of: 7) == IngestTransaction.Refusal(refusal: nil, gen: 0))
    }
}
