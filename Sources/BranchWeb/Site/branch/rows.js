// The rows that the branch's interface speaks of, as types.

/**
 * @typedef {object} Ticket
 * @property {number} id
 * @property {number} queue_id
 * @property {string} number
 * @property {string} status
 * @property {string} state
 * @property {number} version
 * @property {number | null} counter_id
 * @property {number | null} [target_counter_id]
 * @property {number | null} [agent_id]
 * @property {number} [priority]
 * @property {string | null} [customer_name]
 * @property {string | null} language
 * @property {string} arrived_at
 * @property {string} queued_at
 * @property {string | null} called_at
 * @property {string | null} started_at
 */

/** @typedef {{ from: string, to: string }} Span */
/** @typedef {{ days: number[], from: string, to: string }} OpenSpan 1 = Monday */
/** @typedef {{ date: string, from: string | null, to: string | null, note: string | null }} HoursException */

/**
 * @typedef {object} Queue
 * @property {number} id
 * @property {string} name
 * @property {Record<string, string | null> | null} [names]
 * @property {string} prefix
 * @property {number} first_number
 * @property {number} last_number
 * @property {number} credit
 * @property {boolean} strict
 * @property {boolean} open
 * @property {number | null} cap
 * @property {number} undo_window
 * @property {boolean} carry_over
 * @property {boolean} auto_start
 * @property {number | null} target_wait
 * @property {OpenSpan[] | null} [hours]
 * @property {number} waiting
 * @property {number} version
 */

/** @typedef {{ queue_id: number, tier: number, help_after: number }} Served */

/**
 * @typedef {object} Counter
 * @property {number} id
 * @property {string} name
 * @property {"open" | "paused" | "closed"} state
 * @property {boolean} automatic
 * @property {Served[]} queues
 * @property {number | null} agent_id
 * @property {number | null} ticket_id
 * @property {number} version
 */

/** @typedef {{ id: number, name: string, active: boolean, has_pin: boolean, version: number }} Agent */

/**
 * @typedef {object} Person
 * @property {number} id
 * @property {string} name
 * @property {"admin" | "supervisor"} role
 * @property {boolean} active
 * @property {string | null} last_seen_at
 * @property {number} version
 */

/** @typedef {"kiosk" | "counter" | "display" | "worker"} DeviceKind */

/**
 * @typedef {object} Device
 * @property {number} id
 * @property {string} name
 * @property {DeviceKind} kind
 * @property {number | null} counter_id
 * @property {string} created_at
 * @property {string | null} last_seen_at
 * @property {string | null} address
 * @property {string | null} page_version
 * @property {number | null} clock_difference_ms
 * @property {boolean} connected
 * @property {boolean} missing
 * @property {number} version
 */

/**
 * @typedef {object} Branch
 * @property {string} name
 * @property {string} time_zone
 * @property {string} language
 * @property {boolean} names
 * @property {number} purge_hours
 * @property {OpenSpan[] | null} hours
 * @property {HoursException[]} exceptions
 * @property {number} version
 */

/**
 * @typedef {object} AuditEntry
 * @property {number} seq
 * @property {string} at
 * @property {{ role: string, id: number | null, name: string | null }} actor
 * @property {number | null} device_id
 * @property {string} action
 * @property {string | null} target
 * @property {Record<string, unknown> | null} before
 * @property {Record<string, unknown> | null} after
 */

/**
 * @typedef {object} BranchEvent
 * @property {number} seq
 * @property {string} event
 * @property {string} at
 * @property {Ticket | null} ticket
 * @property {{ queue?: Queue, counter?: Counter, branch?: Partial<Branch>, deleted?: boolean }} details
 */

/**
 * @typedef {object} Snapshot
 * @property {string} incarnation
 * @property {number} seq
 * @property {Queue[]} queues
 * @property {Counter[]} counters
 * @property {Ticket[]} tickets
 */

/**
 * @typedef {object} Session
 * @property {"admin" | "supervisor" | "agent" | "kiosk" | "display" | "worker" | null} role
 * @property {{ id: number, name: string } | null} person
 * @property {{ id: number, name: string } | null} agent
 * @property {{ id: number, name: string, kind: DeviceKind, counter_id: number | null } | null} device
 * @property {Array<{ id: number, name: string }> | null} agents
 * @property {"new" | "open" | "done"} set_up
 * @property {boolean} secure
 * @property {string | null} expires_at
 * @property {string | null} reauthenticate_after
 * @property {{ name: string, time_zone: string, language: string }} branch
 * @property {string} now
 * @property {string} version
 */

export {};
