import BranchStore
import BranchUplink
import Logging
import ProgramSettings
import RedisStreams

/// From the program's settings and the data directory to the uplink.
enum UplinkSetting {
    /// - Throws: `StoreError.cannotOpen` for an enrolment or an address that can't be used.
    static func service(for store: BranchStore, _ settings: Settings) throws(StoreError) -> UplinkService {
        let enrolment: Enrolment?
        do throws(EnrolmentFault) {
            enrolment = try EnrolmentFile.load(from: store.directory)
        } catch {
            throw .cannotOpen("\(error); take a new one with turn-branch enrol")
        }
        return UplinkService(
            store: store, enrolment: enrolment, options: try options(settings), logger: Logger(label: "turn.uplink"))
    }

    private static func options(_ settings: Settings) throws(StoreError) -> UplinkOptions {
        let file = settings[BranchSettings.uplinkCAFile]
        var options = UplinkOptions(
            redis: RedisOptions(
                connectTimeout: settings[BranchSettings.uplinkConnectTimeout],
                commandTimeout: settings[BranchSettings.uplinkCommandTimeout], caFile: file.isEmpty ? nil : file),
            version: ProgramVersion.text)
        let url = settings[BranchSettings.uplinkRedisURL]
        guard !url.isEmpty else { return options }
        do throws(RedisURLError) {
            options.redisAddress = try RedisAddress(url: url)
        } catch {
            throw .cannotOpen("uplink.redis_url: \(error)")
        }
        return options
    }
}
