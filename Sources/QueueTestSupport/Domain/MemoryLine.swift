package import QueueDomain

/// One line in calling order: a sorted array, so that the head is its first element and a place is found by halves.
package struct MemoryLine {
    /// Where a ticket stands: lower is called sooner.
    package struct Place: Comparable {
        package let rank: Int64
        package let id: TicketID

        package static func < (left: Place, right: Place) -> Bool {
            left.rank == right.rank ? left.id < right.id : left.rank < right.rank
        }
    }

    /// In calling order.
    package private(set) var places: [Place] = []

    /// Who is called next.
    package var head: TicketID? { places.first?.id }

    mutating func insert(_ ticket: Ticket) {
        let place = Place(rank: ticket.rank, id: ticket.id)
        places.insert(place, at: index(of: place))
    }

    mutating func remove(_ ticket: Ticket) {
        let place = Place(rank: ticket.rank, id: ticket.id)
        let index = index(of: place)
        precondition(index < places.count && places[index] == place, "A waiting ticket stands in its line.")
        places.remove(at: index)
    }

    /// The first place after a ticket's.
    func follower(of ticket: Ticket) -> TicketID? {
        let place = Place(rank: ticket.rank, id: ticket.id)
        let index = index(of: place)
        let next = index < places.count && places[index] == place ? index + 1 : index
        return next < places.count ? places[next].id : nil
    }

    /// Where a place is or would be.
    private func index(of place: Place) -> Int {
        var low = 0
        var high = places.count
        while low < high {
            let middle = (low + high) / 2
            if places[middle] < place { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
