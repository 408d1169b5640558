/// Bounds of HQIngest, each with its unit.
package enum HQIngestLimits {
}
