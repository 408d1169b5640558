/// Bounds of HQServer, each with its unit.
package enum HQServerLimits {
}
