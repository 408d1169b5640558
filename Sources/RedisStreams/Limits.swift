/// Bounds of RedisStreams, each with its unit.
package enum RedisLimits {
}
