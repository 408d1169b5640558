/// Bounds of PostgresDriver, each with its unit.
package enum PostgresDriverLimits {
}
