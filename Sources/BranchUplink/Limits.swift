/// Bounds of BranchUplink, each with its unit.
package enum BranchUplinkLimits {
}
